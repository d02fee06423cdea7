namespace MLPipeline.Onnx.Drawing.Layout;

/// <summary>Gives every box a layer below all that leads to it.</summary>
internal static class Layering
{
    /// <summary>The longest way from the top; what nothing leads to stands right above what it leads to.</summary>
    public static void Assign(IReadOnlyList<Spot> boxes, IReadOnlyList<(int From, int To)> edges)
    {
        var below = edges.ToLookup(edge => edge.From, edge => edge.To);
        var missing = new int[boxes.Count];
        foreach (var (_, to) in edges)
            missing[to]++;
        var sources = Enumerable.Range(0, boxes.Count).Where(box => missing[box] == 0).ToList();
        var ready = new Queue<int>(sources);
        while (ready.TryDequeue(out var box))
        {
            foreach (var next in below[box])
            {
                boxes[next].Layer = Math.Max(boxes[next].Layer, boxes[box].Layer + 1);
                if (--missing[next] == 0)
                    ready.Enqueue(next);
            }
        }

        foreach (var source in sources.Where(source => below[source].Any()))
            boxes[source].Layer = below[source].Min(next => boxes[next].Layer) - 1;
    }
}
