using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization;

namespace MLPipeline.Cli.Stages;

/// <summary>What is written in an ONNX file.</summary>
/// <param name="File">Its path.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Opset">Version of ONNX's own operator set.</param>
/// <param name="IrVersion">Version of the file format.</param>
/// <param name="Producer">What wrote it, with its version.</param>
/// <param name="Inputs">What it takes.</param>
/// <param name="Outputs">What it gives.</param>
/// <param name="Parameters">Numbers held in float constants of two or more elements.</param>
/// <param name="Nodes">Operations.</param>
/// <param name="BatchNormalizationNodes">Batch norms left in the graph.</param>
/// <param name="Operators">How often each operator stands in the graph, the most frequent first.</param>
/// <param name="Metadata">The file's <c>metadata_props</c>.</param>
internal sealed record ModelFacts(
    string File,
    long Bytes,
    int Opset,
    int IrVersion,
    string Producer,
    IReadOnlyList<ModelFacts.Value> Inputs,
    IReadOnlyList<ModelFacts.Value> Outputs,
    long Parameters,
    int Nodes,
    int BatchNormalizationNodes,
    IReadOnlyDictionary<string, int> Operators,
    IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Every node and constant, when they were asked for.</summary>
    public GraphListing? Graph { get; init; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="listGraph">Whether to list every node and constant.</param>
    /// <exception cref="InvalidOnnxFileException">It is no ONNX model.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ModelFacts Read(string path, bool listGraph = false)
    {
        var model = OnnxSerializer.Load(path);
        var graph = model.Graph;
        var operators = graph.Nodes.GroupBy(node => node.OpType).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal);
        return new ModelFacts(
            path,
            new FileInfo(path).Length,
            model.Opset,
            model.IrVersion,
            $"{model.ProducerName} {model.ProducerVersion}".Trim(),
            [.. graph.Inputs.Select(Value.Of)],
            [.. graph.Outputs.Select(Value.Of)],
            graph.Initializers.Values.Where(data => data.Count > 1 && IsFloat(data.Type)).Sum(data => data.Count),
            graph.Nodes.Count,
            graph.Nodes.Count(node => node.Is("BatchNormalization")),
            new OrderedDictionary<string, int>(operators.Select(group => KeyValuePair.Create(group.Key, group.Count()))),
            model.Metadata)
        {
            Graph = listGraph ? GraphListing.Of(graph) : null,
        };
    }

    private static bool IsFloat(ElementType type) =>
        type is ElementType.Float or ElementType.Double or ElementType.Float16 or ElementType.BFloat16;

    /// <summary>A named tensor.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Type">Element type and shape: <c>float[batch,1,28,28]</c>.</param>
    internal sealed record Value(string Name, string Type)
    {
        /// <summary>From the graph.</summary>
        public static Value Of(ValueInfo info) => new(info.Name, info.TypeText);

        /// <inheritdoc/>
        public override string ToString() => $"{Name}: {Type}";
    }
}
