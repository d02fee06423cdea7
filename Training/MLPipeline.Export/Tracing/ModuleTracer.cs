using System.Reflection;
using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing;

/// <summary>Traces a module: runs its real code at several lengths of the symbolic axes, records the operators, and merges the records.</summary>
internal sealed class ModuleTracer
{
    private readonly nn.Module _module;
    private readonly IReadOnlyList<Tensor> _examples;
    private readonly SymbolicAxes _axes;
    private readonly ModuleCall _call;

    /// <summary>Prepares a trace.</summary>
    /// <exception cref="ExportException">The module is, or contains, a ScriptModule, or takes other inputs.</exception>
    public ModuleTracer(nn.Module module, IReadOnlyList<Tensor> examples, SymbolicAxes axes)
    {
        RefuseScripts(module);
        _module = module;
        _examples = examples;
        _axes = axes;
        _call = new ModuleCall(module, examples.Count);
    }

    /// <summary>Traces. The module is in evaluation mode while it runs, and in its former mode afterwards.</summary>
    /// <exception cref="ExportException">The module can't be traced.</exception>
    public TracedProgram Run()
    {
        using var mode = new EvaluationMode(_module);
        WarmUp();
        var traces = new List<Trace>();
        var inputs = new List<IReadOnlyList<TracedValue>>();
        for (var point = 0; point < _axes.Points.Count; point++)
        {
            using var scope = NewDisposeScope();
            var tensors = InputsAt(_axes.Points[point], seed: 1 + point);
            inputs.Add([.. tensors.Select((t, i) => new TracedValue(new ValueOrigin.Input(i), t.shape, t.dtype, DependsOnInput: true))]);
            traces.Add(new Recorder(new ModuleIndex(_module)).Record(tensors, () => _call.RunRewritten(tensors)));
        }

        return new TraceMerger(_axes, traces).Merge(inputs);
    }

    /// <summary>Inputs like the examples, with the symbolic axes at given lengths; the caller disposes them.</summary>
    public IReadOnlyList<Tensor> InputsAt(long[] point, int seed) =>
        [.. _examples.Select((e, i) => ExampleInputs.Like(e, _axes.ShapeAt(i, e.shape, point), seed * 31 + i))];

    /// <summary>Runs the module as it is, in evaluation mode. It gets copies: it may change them in place.</summary>
    /// <returns>The outputs, flattened; the caller disposes them.</returns>
    public IReadOnlyList<Tensor> RunReal(IReadOnlyList<Tensor> inputs)
    {
        using var mode = new EvaluationMode(_module);
        using var scope = NewDisposeScope();
        return [.. OutputStructure.Flatten(_call.Run([.. inputs.Select(i => i.clone())])).Select(o => o.Tensor.alias().MoveToOuterDisposeScope())];
    }

    /// <summary>Runs the rewritten module and keeps a copy of every operator's result.</summary>
    /// <returns>The results by where they come from; the caller disposes them.</returns>
    public IReadOnlyDictionary<ValueOrigin, Tensor> RunRecorded(IReadOnlyList<Tensor> inputs)
    {
        using var mode = new EvaluationMode(_module);
        using var scope = NewDisposeScope();
        var kept = new Dictionary<ValueOrigin, Tensor>();
        List<Tensor> own = [.. inputs.Select(i => i.clone())];
        new Recorder(new ModuleIndex(_module)) { Keep = (origin, tensor) => kept[origin] = tensor.detach().clone().DetachFromDisposeScope() }
            .Record(own, () => _call.RunRewritten(own));
        return kept;
    }

    private static void RefuseScripts(nn.Module module)
    {
        if (module is jit.ScriptModule)
            throw new ExportException(["the module is a ScriptModule, whose code is not .NET code. Export the module it was made from"]);
        var scripts = module.named_modules().Where(m => m.module is jit.ScriptModule).Select(m => m.name).ToList();
        if (scripts.Count > 0)
            throw new ExportException([.. scripts.Select(s => $"{s} is a ScriptModule, whose code is not .NET code. Export the module it was made from")]);
    }

    // Masks, position tables and the like that are made at first use are there afterwards.
    private void WarmUp()
    {
        using var scope = NewDisposeScope();
        _call.Run(InputsAt(_axes.Points[0], seed: 0));
        foreach (var cached in _module.named_modules().Select(m => m.module).Prepend(_module).SelectMany(TensorFields))
            cached.DetachFromDisposeScope();
    }

    private static IEnumerable<Tensor> TensorFields(nn.Module module)
    {
        const BindingFlags own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (var type = module.GetType(); type is not null; type = type.BaseType)
        {
            foreach (var field in type.GetFields(own).Where(f => typeof(Tensor).IsAssignableFrom(f.FieldType)))
            {
                if (field.GetValue(module) is Tensor { IsInvalid: false } tensor)
                    yield return tensor;
            }
        }
    }
}
