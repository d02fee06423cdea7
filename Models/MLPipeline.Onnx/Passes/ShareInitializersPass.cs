using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Keeps one of several constants that are the same.</summary>
/// <remarks>
/// Same type, same shape, same bits: whoever reads one may read the other. The first in file order stays, the others lose their readers and go.
/// Legal when the constant is none that the caller can override or gets as an output, and no body graph reads it by name. No pass changes a
/// constant in place, so sharing one ties nothing together.
/// </remarks>
internal sealed class ShareInitializersPass : GraphPass
{
    private const int Looked = 64;

    /// <inheritdoc/>
    public override void Run(Graph graph, PassLog log)
    {
        var seen = new Dictionary<int, List<(string Name, TensorData Data)>>();
        foreach (var (name, data) in graph.Initializers.Where(i => IsFree(i.Key, graph)).ToList())
        {
            var key = KeyOf(data);
            if (!seen.TryGetValue(key, out var alike)) seen[key] = alike = [];
            if (alike.Find(other => other.Data.ContentEquals(data)) is not { Name: { } kept })
            {
                alike.Add((name, data));
                continue;
            }

            graph.ReplaceUses(name, kept);
            graph.Initializers.Remove(name);
            log.Removed(name, $"removed: it is %{kept}");
        }
    }

    private static bool IsFree(string name, Graph graph) =>
        graph.Constant(name) is not null && !graph.IsOutput(name) && graph.Consumers(name).All(c => c.Input >= 0);

    // Both ends are enough to tell most apart; the comparison has the last word.
    private static int KeyOf(TensorData data)
    {
        var hash = new HashCode();
        hash.Add(data.Type);
        foreach (var dim in data.Dims) hash.Add(dim);
        var bytes = data.Bytes.Span;
        hash.AddBytes(bytes[..Math.Min(Looked, bytes.Length)]);
        hash.AddBytes(bytes[^Math.Min(Looked, bytes.Length)..]);
        return hash.ToHashCode();
    }
}
