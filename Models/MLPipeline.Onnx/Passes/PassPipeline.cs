using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Runs passes in order, again and again until none changes anything, and checks the graph after each.</summary>
internal sealed class PassPipeline(IReadOnlyList<GraphPass> passes)
{
    // Every pass makes the graph smaller or simpler, so a few rounds are plenty; more than this is two passes undoing each other.
    private const int MaxRounds = 20;

    public PassReport Run(Graph graph)
    {
        graph.Validate();
        var logs = passes.Select(p => new PassLog(p.Name)).ToList();
        for (var round = 0; Round(graph, logs); round++)
        {
            if (round == MaxRounds)
                throw new PassException(string.Join(", ", passes.Select(p => p.Name)), graph.Name, $"They still find something to change after {MaxRounds} rounds.");
        }

        return new PassReport([.. logs.Select(l => l.Outcome())]);
    }

    private bool Round(Graph graph, List<PassLog> logs)
    {
        var before = logs.Sum(l => l.Changes);
        for (var i = 0; i < passes.Count; i++) RunOne(passes[i], graph, logs[i]);
        return logs.Sum(l => l.Changes) > before;
    }

    private static void RunOne(GraphPass pass, Graph graph, PassLog log)
    {
        var signature = Signature(graph);
        pass.Run(graph, log);
        try
        {
            graph.Validate();
        }
        catch (InvalidGraphException e)
        {
            throw new PassException(pass.Name, graph.Name, e.Message, e);
        }

        if (Signature(graph) is var after && after != signature)
            throw new PassException(pass.Name, graph.Name, $"Its signature was {signature} and is {after}.");
    }

    private static string Signature(Graph graph) => $"({string.Join(", ", graph.Inputs)}) -> ({string.Join(", ", graph.Outputs)})";
}
