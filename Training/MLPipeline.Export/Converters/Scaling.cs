using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Export.Converters;

/// <summary>The change of lengths of one resizing: to given lengths, or by given factors.</summary>
/// <param name="c">The call.</param>
/// <param name="input">The parameter that is resized; its first two axes stay.</param>
/// <param name="toSize">Whether the lengths were given.</param>
/// <param name="factors">The factors that places are worked out with; null where the ratio of the lengths is.</param>
internal sealed class Scaling(ConversionContext c, string input, bool toSize, double[]? factors)
{
    private readonly int _rank = c.Rank(input);

    /// <summary>The new length of an axis, which must be fixed.</summary>
    public long OutputLength(int axis) => c.ResultShape()[axis] is { IsConstant: true } length
        ? (long)length.Constant
        : throw new ConversionException($"axis {axis} is symbolic, and this interpolation needs its length; export with that axis fixed");

    /// <summary>The nearest element: place <c>floor((i + offset) * in / out)</c>, in single precision as PyTorch has it.</summary>
    public string Nearest(float offset)
    {
        var axes = Enumerable.Range(2, _rank - 2).Where(IsFixed).ToList();
        if (axes.Count < _rank - 2)
        {
            return Resize([
                ("mode", "nearest"),
                ("coordinate_transformation_mode", offset == 0 ? "asymmetric" : "half_pixel"),
                ("nearest_mode", offset == 0 ? "floor" : "round_prefer_ceil")]);
        }

        // A runtime rounds the places of odd factors its own way; a table of them leaves it nothing to round.
        if (offset == 0 && factors?.All(double.IsInteger) != false && axes.All(a => OutputLength(a) % c.Length(input, a) == 0))
            return Resize([("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")]);
        return axes.Aggregate(c.Tensor(input), (name, axis) => c.Pick(name, axis, Places(axis, offset)));
    }

    /// <summary>ONNX's Resize. A single axis is resized as the second of an image of height 1.</summary>
    public string Resize(IReadOnlyList<(string, AttributeValue)> attributes)
    {
        var line = _rank == 3;
        return new Term(c, c.Tensor(input), c.ResultType).Run("Resize", name =>
        {
            var image = line ? c.Unsqueeze(name, 2) : name;
            List<string> inputs = [image, "", .. !toSize && factors is not null ? [Factors(line), ""] : (string[])["", Sizes(line)]];
            var resized = c.Op("Resize", inputs, attributes);
            return line ? c.Squeeze(resized, 2) : resized;
        }).Name;
    }

    private bool IsFixed(int axis) => c.Shape(input)[axis].IsConstant && c.ResultShape()[axis].IsConstant;

    private string Factors(bool line)
    {
        var spatial = factors!.Length == 1 ? Enumerable.Repeat((float)factors[0], _rank - 2) : factors.Select(f => (float)f);
        float[] all = [1, 1, .. line ? [1f] : (float[])[], .. spatial];
        return c.Constant(TensorData.FromFloats(all, all.Length));
    }

    private string Sizes(bool line)
    {
        var shape = c.ResultShape();
        return c.ShapeVector(line ? [.. shape.Take(2), new(1), shape[2]] : shape);
    }

    private IEnumerable<long> Places(int axis, float offset)
    {
        var (from, to) = (c.Length(input, axis), OutputLength(axis));
        var factor = factors is null || toSize ? 0 : factors[factors.Length == 1 ? 0 : axis - 2];
        var scale = factor > 0 ? (float)(1 / factor) : (float)from / to;
        return Enumerable.Range(0, (int)to).Select(i => Math.Min((long)MathF.Floor((i + offset) * scale), from - 1));
    }
}
