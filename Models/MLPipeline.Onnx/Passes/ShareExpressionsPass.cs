using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Works out once what several nodes work out of the same values.</summary>
/// <remarks>
/// Two nodes of one operator, with the same inputs and the same attributes, give the same results: readers of the later one read the earlier
/// one's. Add and Mul do not mind the order of their two inputs. Legal when
/// <list type="bullet">
/// <item>the operator is of ONNX's own domain, draws no random numbers, and has no body graph;</item>
/// <item>the later node gives nothing that is a graph output or that a body graph reads by name: those names must stay;</item>
/// <item>the earlier node gives everything that the later one gives, and both list as many outputs: how many there are is part of what a Split
/// without sizes means.</item>
/// </list>
/// </remarks>
internal sealed class ShareExpressionsPass : GraphPass
{
    private static readonly HashSet<string> Drawn =
        ["RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli", "Dropout"];

    private static readonly HashSet<string> Commutative = ["Add", "Mul"];

    /// <inheritdoc/>
    public override void Run(Graph graph, PassLog log)
    {
        var seen = new Dictionary<string, List<Node>>();
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            var node = graph.Nodes[i];
            if (!IsDeterministic(node)) continue;
            var key = KeyOf(node);
            if (!seen.TryGetValue(key, out var alike)) seen[key] = alike = [];
            if (alike.Find(earlier => Gives(earlier, node)) is not { } first)
            {
                alike.Add(node);
                continue;
            }

            if (WhyNot(node, graph) is { } whyNot)
            {
                log.Kept(node, $"{first} gives the same, but {whyNot}");
                continue;
            }

            graph.Nodes.RemoveAt(i--);
            for (var output = 0; output < node.Outputs.Count; output++)
            {
                if (node.Outputs[output].Length > 0) graph.ReplaceUses(node.Outputs[output], first.Outputs[output]);
            }

            log.Changed(node, $"removed: {first} gives the same");
        }
    }

    private static bool IsDeterministic(Node node) =>
        node.Domain is "" && !Drawn.Contains(node.OpType) && !node.Attributes.Values.Any(a => a is AttributeValue.Graph);

    private static string KeyOf(Node node)
    {
        IEnumerable<string> inputs = Commutative.Contains(node.OpType) ? node.Inputs.Order(StringComparer.Ordinal) : node.Inputs;
        return $"{node.OpType}\n{string.Join('\n', inputs)}";
    }

    private static bool Gives(Node earlier, Node later) =>
        earlier.Outputs.Count == later.Outputs.Count
        && later.Outputs.Select((o, i) => o.Length == 0 || earlier.Outputs[i].Length > 0).All(given => given)
        && earlier.Attributes.Count == later.Attributes.Count
        && earlier.Attributes.All(a => later.Attributes.TryGetValue(a.Key, out var other) && a.Value.Equals(other));

    private static string? WhyNot(Node node, Graph graph)
    {
        foreach (var output in node.Outputs.Where(o => o.Length > 0))
        {
            if (graph.IsOutput(output)) return $"%{output} is a graph output";
            if (graph.Consumers(output).Any(c => c.Input < 0)) return $"a body graph reads %{output} by name";
        }

        return null;
    }
}
