using MLPipeline.Export.Tracing.Recording;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing;

/// <summary>Makes one program of traces taken at several lengths of the symbolic axes.</summary>
/// <param name="axes">The symbols.</param>
/// <param name="points">The lengths of the symbols in each trace.</param>
/// <param name="traces">The traces.</param>
internal sealed class TraceMerger(SymbolicAxes axes, IReadOnlyList<long[]> points, IReadOnlyList<Trace> traces)
{
    private readonly List<string> _problems = [];
    private int _ofData;
    private readonly Dictionary<ValueOrigin, TracedValue> _merged = [];
    private readonly HashSet<ValueOrigin> _symbolic = [];
    private bool _affine = true;

    /// <summary>The program, with everything that stands in its way.</summary>
    /// <exception cref="ExportException">The traces took different ways, so that there is no one program.</exception>
    public TracedProgram Merge(IReadOnlyList<IReadOnlyList<TracedValue>> inputs)
    {
        var recorded = traces.SelectMany(t => t.Problems).Distinct().ToList();
        if (Divergence() is { } divergence)
            throw new ExportException([.. recorded, divergence]);
        var mergedInputs = Enumerable.Range(0, inputs[0].Count).Select(i => MergeValue([.. inputs.Select(p => p[i])], "an input")).ToList();
        var calls = Enumerable.Range(0, traces[0].Calls.Count).Select(MergeCall).OfType<TracedCall>().ToList();
        var outputs = traces[0].Outputs.Select((o, i) => (o.Name, MergeValue([.. traces.Select(t => t.Outputs[i].Value)], $"output {o.Name}"))).ToList();

        // A value that the recorder lost track of looks like a tensor from nowhere: the loss is the problem, what follows from it is not.
        return new TracedProgram(mergedInputs, calls, outputs, points, recorded.Count > 0 ? recorded : [.. _problems.Distinct()]) { IsAffine = _affine };
    }

    // Where two traces part; null when they run the same operators in the same places.
    private string? Divergence()
    {
        var first = traces[0];
        for (var p = 1; p < traces.Count; p++)
        {
            var other = traces[p];
            var differs = first.Calls.Zip(other.Calls).FirstOrDefault(c => !SameStep(c.First, c.Second));
            if (differs.First is not null)
            {
                return $"the module does different things at {Describe(0)} and {Describe(p)}: {differs.First.Method} at {differs.First.Place} "
                    + $"against {differs.Second.Method} at {differs.Second.Place}. Code that branches on a symbolic length or on data can't be exported";
            }

            if (first.Calls.Count != other.Calls.Count || first.Outputs.Count != other.Outputs.Count)
            {
                return $"the module runs {first.Calls.Count} operators at {Describe(0)} and {other.Calls.Count} at {Describe(p)}. "
                    + "A loop over a symbolic axis can't be exported; write it with tensor operations";
            }

            if (!first.Outputs.Select(o => o.Name).SequenceEqual(other.Outputs.Select(o => o.Name)))
                return $"the module returns {string.Join(", ", first.Outputs.Select(o => o.Name))} at {Describe(0)} and {string.Join(", ", other.Outputs.Select(o => o.Name))} at {Describe(p)}; return the same keys each time, in one order";
        }

        return null;
    }

    // Another overload of the same operator has other arguments; a split of a symbolic axis may give another number of parts.
    private static bool SameStep(TracedCall a, TracedCall b) =>
        a.Key == b.Key && a.Place == b.Place && a.Results.Count == b.Results.Count && a.Arguments.Keys.SequenceEqual(b.Arguments.Keys);

    private TracedCall? MergeCall(int index)
    {
        var calls = traces.Select(t => t.Calls[index]).ToList();
        var first = calls[0];
        var where = $"{first.Method} at {first.Place}";
        var arguments = first.Arguments.Keys.ToDictionary(name => name, name => MergeArgument([.. calls.Select(c => c.Arguments[name])], $"argument '{name}' of {where}", first.Custom is not null));
        var symbolic = arguments.Values.Any(DependsOnSymbols);
        if (!first.Results.Any(r => r.DependsOnInput) && !symbolic && calls.Skip(1).All(c => SameContent(c, first)))
        {
            foreach (var result in first.Results)
                _merged[result.Origin] = result with { Dims = Constants(result.Shape) };
            return null;
        }

        var results = first.Results.Select((_, i) => MergeResult([.. calls.Select(c => c.Results[i])], where, symbolic)).ToList();
        return first with { Arguments = arguments, Results = results };
    }

    private static bool SameContent(TracedCall a, TracedCall b) =>
        a.Results.Zip(b.Results).All(r => r.First.Content is { } x && r.Second.Content is { } y && x.Equals(y));

    // Whether a symbolic length reaches an argument: a mask that is made for a length is a value like any other, though no input reaches it.
    private bool DependsOnSymbols(Argument argument) => argument switch
    {
        Argument.Integer { Value.IsConstant: false } or Argument.Number { Value.IsConstant: false } => true,
        Argument.Sequence list => list.Items.Any(DependsOnSymbols),
        Argument.Index index => index.Parts.Any(DependsOnSymbols),
        Argument.TensorValue tensor => _symbolic.Contains(tensor.Value.Origin),
        _ => false,
    };

    private TracedValue MergeResult(IReadOnlyList<TracedValue> values, string where, bool symbolic)
    {
        var first = values[0];
        // No input and no length to blame: random numbers, or state that changes from run to run.
        if (!symbolic && values.All(v => !v.DependsOnInput))
            _problems.Add($"{where} gives other values in each run, though no input changes it; an ONNX file has no random numbers and no state");
        if (symbolic)
            _symbolic.Add(first.Origin);
        return _merged[first.Origin] = first with { Dims = MergeShapes(values, where), DependsOnInput = true, Content = null };
    }

    private TracedValue MergeValue(IReadOnlyList<TracedValue> values, string where)
    {
        var first = values[0];
        if (values.Any(v => v.Origin != first.Origin))
        {
            _problems.Add($"{where} is another tensor at {Describe(0)} than at other lengths");
            return first with { Dims = MergeShapes(values, where) };
        }

        if (_merged.TryGetValue(first.Origin, out var known))
            return known;
        if (first.Origin is ValueOrigin.Constant && values.Any(v => !v.Content!.Equals(first.Content!)))
            return _merged[first.Origin] = MergeConstant(values, where);
        return _merged[first.Origin] = first with { Dims = MergeShapes(values, where) };
    }

    // A tensor of a few numbers may have been made of symbolic lengths, as tensor(x.shape[1]) is; whether they are functions of those shows when they are used.
    private TracedValue MergeConstant(IReadOnlyList<TracedValue> values, string where)
    {
        const int few = 16;
        var first = values[0];
        var contents = values.Select(v => v.Content!).ToList();
        var alike = contents.All(c => c.Type == first.Type && c.Shape.AsSpan().SequenceEqual(first.Shape) && c.Bytes.Length <= few * sizeof(double));
        var numbers = alike ? contents.Select(c => c.Numbers()).OfType<double[]>().ToList() : [];
        if (numbers.Count < values.Count)
        {
            _problems.Add($"{where} {UnknownTensor(first.Shape)}");
            return first with { Dims = MergeShapes(values, where) };
        }

        _symbolic.Add(first.Origin);
        return first with
        {
            Dims = Constants(first.Shape),
            DependsOnInput = true,
            Content = null,
            Elements = [.. Enumerable.Range(0, numbers[0].Length).Select(i => Number([.. numbers.Select(n => n[i])]))],
        };
    }

    /// <summary>What is wrong with a tensor from nowhere that differs from run to run.</summary>
    public static string UnknownTensor(IReadOnlyList<long> shape) =>
        $"is a tensor that was not made by traced operators and that differs from run to run (shape [{string.Join(',', shape)}]); make it from the inputs with tensor operations";

    private Argument MergeArgument(IReadOnlyList<Argument> versions, string where, bool custom = false)
    {
        var first = versions[0];
        if (versions.Any(v => v.GetType() != first.GetType()))
            return Disagreement(first, where);
        return first switch
        {
            Argument.TensorValue => new Argument.TensorValue(MergeValue([.. versions.Select(v => ((Argument.TensorValue)v).Value)], where)),
            Argument.Integer => new Argument.Integer(Merged(versions.Select(v => ((Argument.Integer)v).Value))),
            Argument.Number => new Argument.Number(Merged(versions.Select(v => ((Argument.Number)v).Value))),
            Argument.Sequence list => MergeItems([.. versions.Select(v => ((Argument.Sequence)v).Items)], where, custom) is { } items ? new Argument.Sequence(items) : list,
            Argument.Index index => MergeItems([.. versions.Select(v => ((Argument.Index)v).Parts)], where, custom) is { } parts ? index with { Parts = parts } : index,
            Argument.Module module => MergeModule(module, [.. versions.Cast<Argument.Module>()], where),
            Argument.Literal literal => versions.All(v => AreAlike(((Argument.Literal)v).Value, literal.Value, custom)) ? literal : Disagreement(literal, where),
            _ => first,
        };
    }

    // One made anew in each run would be another each time, and so are its weights.
    private Argument MergeModule(Argument.Module first, IReadOnlyList<Argument.Module> versions, string where) =>
        versions.All(v => ReferenceEquals(v.Instance, first.Instance))
            ? first with
            {
                States = first.States.Keys.ToDictionary(
                    name => name, name => (Argument.TensorValue)MergeArgument([.. versions.Select(v => v.States[name])], $"'{name}' of {where}")),
            }
            : Disagreement(first, where);

    // Devices, generators and the like are not compared: no converter looks into them but a user's own.
    private static bool AreAlike(object? value, object? first, bool custom) =>
        Equals(value, first) || (custom ? first is Device && first.ToString() == value?.ToString() : first is not (null or bool or string or Enum));

    private List<Argument>? MergeItems(IReadOnlyList<IReadOnlyList<Argument>> versions, string where, bool custom)
    {
        if (versions.Any(v => v.Count != versions[0].Count))
        {
            _problems.Add($"{where} has {versions[0].Count} items at {Describe(0)} and another number at other lengths");
            return null;
        }

        return [.. Enumerable.Range(0, versions[0].Count).Select(i => MergeArgument([.. versions.Select(v => v[i])], where, custom))];
    }

    private Argument Disagreement(Argument argument, string where)
    {
        _problems.Add($"{where} is not the same at all lengths of {string.Join(", ", axes.Names)}");
        return argument;
    }

    private SymbolicNumber Merged(IEnumerable<SymbolicNumber> versions) => Number([.. versions.Select(v => v.Constant)]);

    private SymbolicNumber Number(IReadOnlyList<double> seen)
    {
        var number = SymbolicNumber.Of(points, seen);
        _affine &= number.IsConstant || number.Affine is { IsWhole: true };
        return number;
    }

    private List<SymbolicNumber> MergeShapes(IReadOnlyList<TracedValue> values, string where)
    {
        var rank = values[0].Shape.Length;
        if (values.Any(v => v.Shape.Length != rank))
        {
            _problems.Add($"{where} has {rank} axes at {Describe(0)} and another number at other lengths");
            return Constants(values[0].Shape);
        }

        if (values.Any(v => v.ShapedByData))
            return [.. Enumerable.Range(0, rank).Select(_ => SymbolicNumber.OfData(points.Count, _ofData++))];
        return [.. Enumerable.Range(0, rank).Select(axis => Number([.. values.Select(v => (double)v.Shape[axis])]))];
    }

    private static List<SymbolicNumber> Constants(long[] shape) => [.. shape.Select(l => new SymbolicNumber(l))];

    private string Describe(int point) => axes.Describe(points[point]);
}
