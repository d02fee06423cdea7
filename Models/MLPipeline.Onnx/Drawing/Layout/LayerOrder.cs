namespace MLPipeline.Onnx.Drawing.Layout;

/// <summary>Orders each layer from left to right so that few edges cross.</summary>
internal static class LayerOrder
{
    private const int Sweeps = 12;

    /// <summary>Sweeps down and up, each layer sorted by the mean place of its neighbours, and keeps the best order seen.</summary>
    public static void Arrange(List<List<Spot>> layers)
    {
        var best = layers.Select(layer => layer.ToList()).ToList();
        var fewest = Crossings(layers);
        for (var sweep = 0; sweep < Sweeps && fewest > 0; sweep++)
        {
            if (sweep % 2 == 0)
            {
                for (var i = 1; i < layers.Count; i++)
                    Sort(layers[i], layers[i - 1], spot => spot.Above);
            }
            else
            {
                for (var i = layers.Count - 2; i >= 0; i--)
                    Sort(layers[i], layers[i + 1], spot => spot.Below);
            }

            var crossings = Crossings(layers);
            if (crossings >= fewest)
                continue;
            fewest = crossings;
            best = [.. layers.Select(layer => layer.ToList())];
        }

        for (var i = 0; i < layers.Count; i++)
            layers[i] = best[i];
    }

    private static void Sort(List<Spot> layer, List<Spot> beside, Func<Spot, List<Spot>> neighbours)
    {
        var place = Places(beside);
        var own = Places(layer);
        var keys = layer.ToDictionary(spot => spot, spot => neighbours(spot) is { Count: > 0 } some ? some.Average(n => place[n]) : own[spot]);
        var sorted = layer.OrderBy(spot => keys[spot]).ToList(); // Stable: equals keep their order.
        layer.Clear();
        layer.AddRange(sorted);
    }

    private static int Crossings(List<List<Spot>> layers)
    {
        var count = 0;
        for (var i = 0; i + 1 < layers.Count; i++)
        {
            var place = Places(layers[i + 1]);
            var ends = layers[i].SelectMany(spot => spot.Below.Select(next => place[next]).Order()).ToList();
            for (var a = 0; a < ends.Count; a++)
            {
                for (var b = a + 1; b < ends.Count; b++)
                {
                    if (ends[a] > ends[b])
                        count++;
                }
            }
        }

        return count;
    }

    private static Dictionary<Spot, int> Places(List<Spot> layer) => layer.Select((spot, place) => (spot, place)).ToDictionary(p => p.spot, p => p.place);
}
