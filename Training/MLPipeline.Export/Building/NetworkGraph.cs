using MLPipeline.Export.Converters;
using MLPipeline.Export.Tracing;
using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

namespace MLPipeline.Export.Building;

/// <summary>The graph of a traced module as it was traced, before any pass: pixels in, network, classifier head.</summary>
internal sealed class NetworkGraph
{
    private readonly GraphBuilder _builder;
    private readonly TracedProgram _program;

    private NetworkGraph(TracedProgram program, GraphBuilder builder)
    {
        _program = program;
        _builder = builder;
    }

    /// <summary>The graph.</summary>
    public Graph Graph => _builder.Graph;

    /// <summary>Operator sets other than ONNX's own that it needs, with their versions.</summary>
    public IReadOnlyDictionary<string, long> Domains => _builder.Domains;

    /// <summary>Builds the graph. Each call builds the same one, with the same names.</summary>
    /// <exception cref="ExportException">Some operators can't be expressed, or the options do not fit the module.</exception>
    public static NetworkGraph Of(TracedProgram program, SymbolicAxes axes, IReadOnlyDictionary<string, Tensor> states, OnnxExportOptions options)
    {
        var inputs = InputNames(options, program.Inputs.Count);
        var outputs = OutputNames(options, [.. program.Outputs.Select(o => o.Name)], inputs);
        if (inputs.Intersect(outputs).FirstOrDefault() is { } both)
            throw new ExportException($"'{both}' would be the name of an input and of an output; set InputNames or OutputNames.");
        var builder = new GraphBuilder(program, axes, states, inputs);
        foreach (var name in outputs)
            builder.Graph.UniqueName(name);
        if (options.Preprocessing is not null)
            RawPixels.Prepend(builder, program.Inputs[0], options.Preprocessing);
        ProgramConverter.Convert(program, builder, outputs, options.Opset);
        if (options.Labels is not null)
            CheckLabels(builder.Graph, options.Labels);
        if (options.ClassifierHead)
            ClassifierHead.Append(builder.Graph, outputs[^1]);
        return new NetworkGraph(program, builder);
    }

    /// <summary>The values the recorder saw, in the order they were made, by their names in the graph.</summary>
    public IEnumerable<(string Name, ValueOrigin Origin, CallPlace Place)> TracedValues() =>
        from call in _program.Calls
        from result in call.Results
        select (_builder.NameOf(result), result.Origin, call.Place);

    private static IReadOnlyList<string> InputNames(OnnxExportOptions options, int count) => options.InputNames ?? Numbered("input", count);

    private static List<string> OutputNames(OnnxExportOptions options, IReadOnlyList<string> places, IReadOnlyList<string> inputs)
    {
        var count = places.Count;
        var expected = options.ClassifierHead ? count + 1 : count;
        if (options.OutputNames is null)
            return [.. DefaultNames(options.ClassifierHead ? "logits" : "output", places, inputs), .. options.ClassifierHead ? (string[])[ClassifierHead.DefaultName] : []];
        var names = options.OutputNames.ToList();
        if (options.ClassifierHead && names.Count == count)
            names.Add(ClassifierHead.DefaultName);
        if (names.Count != expected)
            throw new ExportException($"OutputNames has {options.OutputNames.Count} names; the module returns {count} tensor(s).");
        return names.Distinct().Count() == names.Count
            ? names
            : throw new ExportException($"OutputNames holds '{ClassifierHead.DefaultName}', which the classifier head writes; give the probabilities a name of their own.");
    }

    // Tensors of a dictionary go by their keys.
    private static IReadOnlyList<string> DefaultNames(string stem, IReadOnlyList<string> places, IReadOnlyList<string> inputs)
    {
        if (places.All(p => p.Split('.').All(part => part.All(char.IsAsciiDigit))))
            return Numbered(stem, places.Count);
        var names = places.Select(p => p.Replace('.', '_')).Select(n => char.IsAsciiDigit(n[0]) || inputs.Contains(n) ? $"{stem}_{n}" : n).ToList();
        return names.Distinct().Count() == names.Count ? names : Numbered(stem, places.Count);
    }

    private static string[] Numbered(string stem, int count) => count == 1 ? [stem] : [.. Enumerable.Range(0, count).Select(i => $"{stem}_{i}")];

    private static void CheckLabels(Graph graph, IReadOnlyList<string> labels)
    {
        var logits = graph.Outputs[0];
        if (logits.Shape is not [.., { Value: { } classes }] || classes != labels.Count)
            throw new ExportException($"There are {labels.Count} labels, but the module gives {logits.TypeText}: its last axis must have one value per label.");
    }
}
