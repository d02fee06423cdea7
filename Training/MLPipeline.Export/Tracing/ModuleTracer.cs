using MLPipeline.Export.Converters;
using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing;

/// <summary>Traces a module: runs its real code at several lengths of the symbolic axes, records the operators, and merges the records.</summary>
internal sealed class ModuleTracer
{
    private const long LargeRow = 65_536;
    private const double Affordable = 2e6; // numbers: some ten milliseconds
    private readonly nn.Module _module;
    private readonly IReadOnlyList<Tensor> _examples;
    private readonly SymbolicAxes _axes;
    private readonly ModuleCall _call;
    private readonly RunHistory _history = new();
    private LengthPlan? _plan;
    private bool _hasRun;

    /// <summary>Prepares a trace.</summary>
    /// <exception cref="ExportException">The module is, or contains, a ScriptModule, or takes other inputs.</exception>
    public ModuleTracer(nn.Module module, IReadOnlyList<Tensor> examples, SymbolicAxes axes)
        : this(module, CallOf(module, examples), axes)
    {
    }

    /// <summary>Prepares a trace of a call.</summary>
    public ModuleTracer(nn.Module module, ModuleCall call, SymbolicAxes axes)
    {
        _module = module;
        _examples = call.Arguments.Tensors;
        _axes = axes;
        _call = call;
    }

    /// <summary>Converters that the user gave.</summary>
    public CustomConverters Custom { get; init; } = CustomConverters.None;

    /// <summary>Told of the lengths of each trace.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>Stops before the module runs, and at the next operator where it is recorded.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Whether a row of an input holds so much that running the module is what takes time.</summary>
    public bool IsLarge => _examples.Any(e => e.shape.Skip(1).Aggregate(1L, (product, length) => product * length) > LargeRow);

    /// <summary>The lengths to trace and to verify at, once the module has been tried.</summary>
    /// <exception cref="InvalidOperationException">It was not traced yet.</exception>
    public LengthPlan Plan => _plan ?? throw new InvalidOperationException("The module was not traced yet.");

    /// <summary>Lengths to verify at beyond the planned ones, once the module was traced.</summary>
    public LengthEnds? Ends { get; private set; }

    /// <summary>Traces. The module is in evaluation mode while it runs, and in its former mode afterwards.</summary>
    /// <exception cref="ExportException">The module can't be traced.</exception>
    public TracedProgram Run()
    {
        using var mode = new EvaluationMode(_module);
        WarmUp();
        _plan = new LengthPlan(_axes, Failure);
        var points = Plan.Points.ToList();
        var runs = points.Select(TraceAt).ToList();
        var program = Merged();
        if (!program.IsAffine)
        {
            var more = Plan.MorePoints();
            points.AddRange(more);
            runs.AddRange(more.Select((point, i) => TraceAt(point, Plan.Points.Count + i)));
            program = Merged();
        }

        Plan.Traced = points;
        Ends = new LengthEnds(_axes, Plan, lengths => !IsLarge && program.ElementsAt(lengths) <= Affordable);
        return program;

        TracedProgram Merged() => new TraceMerger(_axes, points, [.. runs.Select(r => r.Trace)]).Merge([.. runs.Select(r => r.Inputs)]);
    }

    /// <summary>Inputs like the examples, with the symbolic axes at given lengths; the caller disposes them.</summary>
    public IReadOnlyList<Tensor> InputsAt(long[] point, int seed, InputRange range = InputRange.AsExample) =>
        [.. _examples.Select((e, i) => ExampleInputs.Like(e, _axes.ShapeAt(i, e.shape, point), seed * 31 + i, range))];

    /// <summary>The lengths of the symbols in inputs like the examples.</summary>
    /// <exception cref="ExportException">They are not like the examples.</exception>
    public long[] PointOf(IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Zip(_examples).Where(p => p.First.dtype != p.Second.dtype).Select(p => p).FirstOrDefault() is { First: { } given } wrong)
            throw new ExportException($"VerificationInputs has a {given.dtype} tensor where the example is {wrong.Second.dtype}.");
        return _axes.PointOf([.. _examples.Select(e => e.shape)], [.. inputs.Select(i => i.shape)]);
    }

    /// <summary>Runs the module as it is, in evaluation mode. It gets copies: it may change them in place.</summary>
    /// <returns>The outputs, flattened; the caller disposes them.</returns>
    public IReadOnlyList<Tensor> RunReal(IReadOnlyList<Tensor> inputs)
    {
        Cancellation.ThrowIfCancellationRequested();
        using var state = new ModuleState(_module);
        using var mode = new EvaluationMode(_module);
        using var scope = NewDisposeScope();
        var outputs = OutputStructure.Flatten(_call.Run([.. inputs.Select(i => i.clone())])).Select(o => o.Tensor.alias().MoveToOuterDisposeScope()).ToList();
        // Static fields are filled when code first runs, and nobody tells which: then all stays, and the collector finds what nobody holds.
        foreach (var cached in ReachableTensors.From(_module).Concat(_hasRun ? [] : scope.DisposablesView.OfType<Tensor>().Where(t => !t.IsInvalid).ToList()))
            cached.DetachFromDisposeScope();
        _hasRun = true;
        return outputs;
    }

    /// <summary>Runs the rewritten module and keeps a copy of every operator's result.</summary>
    /// <returns>The results by where they come from; the caller disposes them.</returns>
    public IReadOnlyDictionary<ValueOrigin, Tensor> RunRecorded(IReadOnlyList<Tensor> inputs)
    {
        using var mode = new EvaluationMode(_module);
        using var scope = NewDisposeScope();
        var kept = new Dictionary<ValueOrigin, Tensor>();
        Record([.. inputs.Select(i => i.clone())], (origin, tensor) => kept[origin] = tensor.detach().clone().DetachFromDisposeScope());
        return kept;
    }

    /// <summary>The call of a module.</summary>
    /// <exception cref="ExportException">It is, or contains, a ScriptModule, or takes other inputs.</exception>
    public static ModuleCall CallOf(nn.Module module, IReadOnlyList<object?> examples)
    {
        RefuseScripts(module);
        return new ModuleCall(module, examples);
    }

    private static void RefuseScripts(nn.Module module)
    {
        if (module is jit.ScriptModule)
            throw new ExportException(["the module is a ScriptModule, whose code is not .NET code. Export the module it was made from"]);
        var scripts = module.named_modules().Where(m => m.module is jit.ScriptModule).Select(m => m.name).ToList();
        if (scripts.Count > 0)
            throw new ExportException([.. scripts.Select(s => $"{s} is a ScriptModule, whose code is not .NET code. Export the module it was made from")]);
    }

    private (Trace Trace, IReadOnlyList<TracedValue> Inputs) TraceAt(long[] point, int index)
    {
        using var scope = NewDisposeScope();
        var tensors = InputsAt(point, seed: 1 + index);
        if (point.Length > 0)
            Progress?.Report($"tracing at {_axes.Describe(point)}");
        IReadOnlyList<TracedValue> inputs = [.. tensors.Select((t, i) => new TracedValue(new ValueOrigin.Input(i), t.shape, t.dtype, DependsOnInput: true))];
        try
        {
            return (Record(tensors, standIns: IsLarge ? 1 + index : null), inputs);
        }
        catch (Exception e) when (e is not (ExportException or OutOfMemoryException or OperationCanceledException))
        {
            throw FailsAt(point, e);
        }
    }

    /// <summary>The error of a module that fails at lengths it must take.</summary>
    public ExportException FailsAt(long[] point, Exception cause) => new(
        $"The module {(_plan is null ? "" : $"runs at {_axes.Describe(point.SequenceEqual(_plan.Base) ? LengthPlan.FirstOf(_axes) : _plan.Base)}, and ")}fails at {_axes.Describe(point)}: {cause.Message.Split('\n')[0]} Fix the axis in DynamicAxes that can't have these lengths, or give lengths that go together in DynamicAxisSizes.", cause);

    // Masks, position tables and the like that are made at first use are there afterwards. It is recorded too, to know what was made of its input.
    private void WarmUp()
    {
        using var scope = NewDisposeScope();
        var point = LengthPlan.FirstOf(_axes);
        try
        {
            Record(InputsAt(point, seed: 0));
        }
        catch (Exception e) when (e is not (ExportException or OutOfMemoryException or OperationCanceledException) && !point.SequenceEqual(_axes.ExampleLengths))
        {
            if (Failure([.. _axes.ExampleLengths]) is not null)
                throw;
            throw new ExportException(
                $"The module runs at the example's own lengths ({_axes.Describe([.. _axes.ExampleLengths])}), and fails at {_axes.Describe(point)}: {e.Message.Split('\n')[0]} "
                + "If it takes no other lengths than the example's, set DynamicAxes to an empty dictionary; else name in it the axes that can vary.", e);
        }

        _hasRun = true;
        _module.eval(); // submodules made at first use
    }

    // Why the module can't run at given lengths. Whatever it throws is its answer, and is quoted when it matters.
    private string? Failure(long[] point)
    {
        try
        {
            using var scope = NewDisposeScope();
            Record(InputsAt(point, seed: 0));
            return null;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            return e.Message.Split('\n')[0];
        }
    }

    private Trace Record(IReadOnlyList<Tensor> inputs, Action<ValueOrigin, Tensor>? keep = null, double? standIns = null)
    {
        Cancellation.ThrowIfCancellationRequested();
        using var state = new ModuleState(_module);
        return new Recorder(new ModuleIndex(_module), _history) { Keep = keep, Custom = Custom, StandIns = standIns, State = state, Cancellation = Cancellation }
            .Record(inputs, () => _call.RunRewritten(inputs));
    }
}
