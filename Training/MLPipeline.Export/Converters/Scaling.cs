using MLPipeline.Export.Tracing.Recording;
using MLPipeline.Onnx.Graphs;
using static TorchSharp.torch;

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
        // A runtime rounds the places of odd factors its own way; a table of them leaves it nothing to round.
        var axes = Enumerable.Range(2, _rank - 2);
        if (offset == 0 && axes.All(RepeatsElements))
            return Resize([("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")]);
        return axes.Aggregate(c.Tensor(input), (name, axis) => IsFixed(axis)
            ? c.Pick(name, axis, Places(axis, offset))
            : c.Op("Gather", [name, PlacesOf(axis, offset)], ("axis", (long)axis)));
    }

    /// <summary>ONNX's Resize. A single axis is resized as the second of an image of height 1.</summary>
    public string Resize(IReadOnlyList<(string, AttributeValue)> attributes)
    {
        var bySize = toSize || factors is null || LengthsGiveTheFactors();
        if (!bySize && !FactorsGiveTheLengths())
            throw new ConversionException("a runtime takes 'scale_factor' in single precision, and the lengths may come out otherwise; give the size, or set recompute_scale_factor");
        var line = _rank == 3;
        return new Term(c, c.Tensor(input), c.ResultType).Run("Resize", name =>
        {
            var image = line ? c.Unsqueeze(name, 2) : name;
            List<string> inputs = [image, "", .. bySize ? ["", Sizes(line)] : (string[])[Factors(line), ""]];
            var resized = c.Op("Resize", inputs, attributes);
            return line ? c.Squeeze(resized, 2) : resized;
        }).Name;
    }

    private bool IsFixed(int axis) => c.Shape(input)[axis].IsConstant && c.ResultShape()[axis].IsConstant;

    // Whether place i shows element i / n, for PyTorch too: it multiplies by 1 / n, which falls short for some n from 41 on.
    private bool RepeatsElements(int axis)
    {
        var (from, to) = (c.Shape(input)[axis], c.ResultShape()[axis]);
        var times = Factor(axis) is { } factor ? factor : IsFixed(axis) && !from.Is(0) ? to.Constant / from.Constant : 0;
        for (var n = 1; times == 0 && n <= 8; n++)
            times = from.Times(new SymbolicNumber(n)).Equals(to) ? n : 0;
        return times >= 1 && double.IsInteger(times) && (float)times * (1 / (float)times) == 1;
    }

    // The factor that places along an axis are worked out with; null where the ratio of the lengths is.
    private double? Factor(int axis) => factors is null || toSize ? null : factors[factors.Length == 1 ? 0 : axis - 2];

    // Resize multiplies lengths in single precision, PyTorch in double: one of them may just miss an integer.
    private bool FactorsGiveTheLengths() => Enumerable.Range(2, _rank - 2).All(axis => Factor(axis) is not { } factor
        || (IsFixed(axis) ? (long)((float)factor * (float)c.Length(input, axis)) == OutputLength(axis) : (float)factor == factor));

    private bool LengthsGiveTheFactors() => Enumerable.Range(2, _rank - 2).All(axis =>
        Factor(axis) is not { } factor || (IsFixed(axis) && (float)OutputLength(axis) / c.Length(input, axis) == (float)factor));

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
        // PyTorch goes by the lengths where they are equal, or one is twice the other, whatever the factor was.
        var byLengths = offset == 0 && (to == from || to == 2 * from);
        var scale = Factor(axis) is { } factor && !byLengths ? (float)(1 / factor) : (float)from / to;
        return Enumerable.Range(0, (int)to).Select(i => Math.Min((long)MathF.Floor((i + offset) * scale), from - 1));
    }

    // The same for a symbolic axis, worked out at run time. By a factor the length is rounded down in double precision.
    private string PlacesOf(int axis, float offset)
    {
        var length = new Term(c, Creation.LengthOf(c, c.Tensor(input), axis), ScalarType.Int64);
        var to = Factor(axis) is { } by ? (length.To(ScalarType.Float64) * by).Floor().To(ScalarType.Int64) : length with { Name = c.LengthScalar(c.ResultShape()[axis]) };
        var i = Creation.Count(c, to.Name).To(ScalarType.Float32);
        var scale = length.To(ScalarType.Float32) / to.To(ScalarType.Float32);
        if (Factor(axis) is { } factor)
        {
            // One of its kernels goes by the lengths where they come out equal, or one twice the other, and another does not.
            if (offset == 0 && factor is (> 1 and < 1.5) or (> 2 and < 2.5))
                throw new ConversionException($"axis {axis} is symbolic, and for some lengths PyTorch itself picks other elements by factor {factor} from one kernel to the next; give the size, or export with that axis fixed");
            scale = i.Number((float)(1 / factor));
        }

        var places = ((offset == 0 ? i : i + offset) * scale).Floor().To(ScalarType.Int64);
        return places.Min(length - 1).Name;
    }
}
