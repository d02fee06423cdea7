using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Passes;

/// <summary>Runs passes in order, again and again until none changes anything, and checks the graph after each.</summary>
internal sealed class PassPipeline(IReadOnlyList<GraphPass> passes)
{
    // Every pass makes the graph smaller or simpler, so a few rounds are plenty; but a chain may need one for each of its links. More than
    // this is two passes undoing each other: right after each round, and never done.
    private const int LeastRounds = 20;

    public PassReport Run(Graph graph)
    {
        graph.Validate();
        var most = LeastRounds + graph.Nodes.Count;
        var logs = passes.Select(p => new PassLog(p.Name)).ToList();
        var round = 0;
        while (Round(graph, logs) && round < most) round++;
        return new PassReport([.. logs.Select(l => l.Outcome())]) { IsUnfinished = round == most };
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
