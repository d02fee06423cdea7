namespace MLPipeline.Onnx.Drawing.Layout;

/// <summary>Places the spots of ordered layers across, so that edges run straight where they can.</summary>
internal static class Placement
{
    private const int Sweeps = 30;
    private const double Gap = 28, BendGap = 20, BendWeight = 8;

    /// <summary>
    /// Each layer in turn gets the places that are nearest to the mean of its neighbours', in the sense of least squares, while spots keep
    /// their order and distance. Bends weigh more: long edges shall be straight.
    /// </summary>
    public static void Across(List<List<Spot>> layers)
    {
        foreach (var layer in layers)
            Settle(layer, [.. layer.Select(_ => 0.0)]);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            foreach (var layer in sweep % 2 == 0 ? layers : Enumerable.Reverse(layers))
                Settle(layer, [.. layer.Select(spot => Wanted(spot, sweep))]);
        }
    }

    private static double Wanted(Spot spot, int sweep)
    {
        var beside = sweep % 2 == 0 ? spot.Above : spot.Below;
        if (sweep > Sweeps / 2)
            beside = [.. spot.Above, .. spot.Below];
        return beside.Count == 0 ? spot.X : beside.Sum(n => n.X * Weight(n)) / beside.Sum(Weight);
    }

    // Taking away the distances that must be kept leaves the question of the nearest sequence that never falls (pool adjacent violators).
    private static void Settle(List<Spot> layer, double[] wanted)
    {
        var offsets = new double[layer.Count];
        for (var i = 1; i < layer.Count; i++)
            offsets[i] = offsets[i - 1] + Apart(layer[i - 1], layer[i]);
        var pools = new List<(double Sum, double Weight, int Count)>();
        for (var i = 0; i < layer.Count; i++)
        {
            var weight = Weight(layer[i]);
            pools.Add(((wanted[i] - offsets[i]) * weight, weight, 1));
            while (pools is [.., var left, var right] && left.Sum / left.Weight > right.Sum / right.Weight)
            {
                pools.RemoveRange(pools.Count - 2, 2);
                pools.Add((left.Sum + right.Sum, left.Weight + right.Weight, left.Count + right.Count));
            }
        }

        var at = 0;
        foreach (var (sum, weight, count) in pools)
        {
            for (var i = 0; i < count; i++, at++)
                layer[at].X = sum / weight + offsets[at];
        }
    }

    private static double Weight(Spot spot) => spot.IsBend ? BendWeight : 1;

    private static double Apart(Spot left, Spot right) =>
        (left.Width + right.Width) / 2 + (left.IsBend || right.IsBend ? BendGap : Gap);
}
