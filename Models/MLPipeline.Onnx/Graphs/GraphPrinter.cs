using System.Globalization;
using System.Text;

namespace MLPipeline.Onnx.Graphs;

/// <summary>A readable, stable text form: one line per input, initializer, node and output.</summary>
/// <remarks>Names are printed as they are; small constants are printed by value, larger ones by type and shape only.</remarks>
public static class GraphPrinter
{
    private const int ValuesShown = 8;

    /// <summary>The model's versions and metadata, then its graph.</summary>
    public static string Print(Model model)
    {
        var text = new StringBuilder();
        Line(text, $"model opset={model.Opset} ir={model.IrVersion} producer={model.ProducerName}");
        foreach (var (domain, version) in model.OtherOpsets) Line(text, $"  opset {domain}={version}");
        foreach (var (key, value) in model.Metadata) Line(text, $"  {key}: {value}");
        PrintGraph(text, model.Graph, "");
        return text.ToString();
    }

    /// <summary>The graph alone. Lines end in a single line feed.</summary>
    public static string Print(Graph graph)
    {
        var text = new StringBuilder();
        PrintGraph(text, graph, "");
        return text.ToString();
    }

    /// <summary>One node on one line: <c>%out: float[batch,6,24,24] = Conv(%x, %w, %b) {kernel_shape=[5,5]}</c>.</summary>
    public static string Print(Node node, Graph graph)
    {
        var outputs = string.Join(", ", node.Outputs.Select(o => o.Length == 0 ? "_" : graph.Info(o)?.ToString() ?? $"%{o}"));
        var inputs = string.Join(", ", node.Inputs.Select(i => i.Length == 0 ? "_" : $"%{i}"));
        var op = node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}";
        var attributes = node.Attributes.Count == 0 ? "" : $" {{{string.Join(", ", node.Attributes.Select(a => $"{a.Key}={Print(a.Value)}"))}}}";
        return $"{outputs} = {op}({inputs}){attributes}";
    }

    private static void PrintGraph(StringBuilder text, Graph graph, string indent)
    {
        Line(text, $"{indent}graph {graph.Name} ({string.Join(", ", graph.Inputs)})");
        foreach (var (name, data) in graph.Initializers) Line(text, $"{indent}  const %{name}: {Print(data)}");
        foreach (var node in graph.Nodes)
        {
            Line(text, $"{indent}  {Print(node, graph)}");
            foreach (var body in node.Attributes.Values.OfType<AttributeValue.Graph>()) PrintGraph(text, body.Value, indent + "    ");
        }

        Line(text, $"{indent}  return {string.Join(", ", graph.Outputs)}");
    }

    private static string Print(AttributeValue value) => value switch
    {
        AttributeValue.Int a => a.Value.ToString(CultureInfo.InvariantCulture),
        AttributeValue.Float a => Print(a.Value),
        AttributeValue.String a => $"\"{a.Value}\"",
        AttributeValue.Ints a => $"[{string.Join(',', a.Value)}]",
        AttributeValue.Floats a => $"[{string.Join(',', a.Value.Select(Print))}]",
        AttributeValue.Strings a => $"[{string.Join(',', a.Value.Select(s => $"\"{s}\""))}]",
        AttributeValue.Tensor a => Print(a.Value),
        AttributeValue.Graph a => $"graph {a.Value.Name}",
        _ => throw new NotSupportedException($"Attribute kind {value.GetType().Name} has no printed form."),
    };

    private static string Print(TensorData data) => data.Count > ValuesShown ? data.ToString() : $"{data} = {Elements(data)}";

    private static string Elements(TensorData data)
    {
        var values = data.Type switch
        {
            ElementType.Int64 => string.Join(',', data.AsSpan<long>().ToArray()),
            ElementType.Int32 => string.Join(',', data.AsSpan<int>().ToArray()),
            ElementType.Bool => string.Join(',', data.AsSpan<bool>().ToArray().Select(b => b ? "true" : "false")),
            _ when data.Type.IsFloatingPoint() => string.Join(',', data.ToDoubles().Select(x => Print((float)x))),
            _ => Convert.ToHexStringLower(data.Bytes.Span),
        };
        return data.Dims.Count == 0 ? values : $"[{values}]";
    }

    private static string Print(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
