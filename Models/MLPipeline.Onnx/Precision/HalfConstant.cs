using MLPipeline.Onnx.Graphs;

namespace MLPipeline.Onnx.Precision;

/// <summary>Constants rounded to half precision, where that keeps their meaning.</summary>
internal static class HalfConstant
{
    private const float Largest = 65504;

    /// <summary>The constant in half precision; null, with the reason, when it would mean something else.</summary>
    /// <param name="name">The constant's name, for the reason.</param>
    /// <param name="data">A float constant.</param>
    /// <param name="reader">The node that reads it: whether a lone number beyond the range may become the largest of the range.</param>
    /// <param name="whyNot">Why not; empty otherwise.</param>
    public static TensorData? Of(string name, TensorData data, Node reader, out string whyNot)
    {
        whyNot = "";
        if (!data.IsInOnePiece)
        {
            whyNot = $"%{name} has more than 2 GiB";
            return null;
        }

        var values = data.AsSpan<float>();
        var halves = new Half[values.Length];
        for (var i = 0; i < halves.Length; i++)
        {
            var value = values[i];
            halves[i] = (Half)value;
            if (Half.IsInfinity(halves[i]) && float.IsFinite(value))
            {
                if (values.Length > 1 || !HalfOperators.TakesLimit(reader, value))
                {
                    whyNot = $"%{name} has the value {value}; float16 ends at {Largest}";
                    return null;
                }

                halves[i] = value > 0 ? Half.MaxValue : Half.MinValue;
            }
        }

        // A summand or a factor of its own is there for a reason; a weight among many may go to zero.
        if (values.Length == 1 && values[0] != 0 && halves[0] == Half.Zero)
        {
            whyNot = $"%{name} is {values[0]}, which float16 rounds to zero";
            return null;
        }

        return TensorData.Create<Half>(halves, [.. data.Dims]);
    }
}
