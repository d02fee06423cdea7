using System.Text.RegularExpressions;
using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Export.Tests.Fixtures;

/// <summary>A graph's printed form without constants, and with values in between named a, b, c: what was computed, not how it was called.</summary>
internal static partial class PrintedGraph
{
    public static string WithoutNames(Graph graph)
    {
        var fixedNames = graph.Inputs.Concat(graph.Outputs).Select(v => v.Name).ToHashSet();
        var names = new Dictionary<string, string>();
        foreach (var node in graph.Nodes)
        {
            foreach (var output in node.Outputs.Where(o => !fixedNames.Contains(o)))
                names[output] = ((char)('a' + names.Count)).ToString();
        }

        var lines = GraphPrinter.Print(graph).Split('\n').Where(l => !l.TrimStart().StartsWith("const ", StringComparison.Ordinal));
        return Name().Replace(string.Join('\n', lines), m => "%" + (
            fixedNames.Contains(m.Groups[1].Value) ? m.Groups[1].Value
            : names.GetValueOrDefault(m.Groups[1].Value, "w")));
    }

    [GeneratedRegex(@"%([^\s,:()]+)")]
    private static partial Regex Name();
}
