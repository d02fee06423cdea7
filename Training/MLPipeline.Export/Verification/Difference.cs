using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>How a tensor from ONNX Runtime differs from the module's.</summary>
/// <param name="MaxAbsolute">The largest |actual - expected|; infinite when shapes differ, or one of the two is not finite where the other is.</param>
/// <param name="MaxRelative">The same, divided by the largest finite |expected|.</param>
/// <param name="Fault">What is wrong; null when the two agree.</param>
internal sealed record Difference(double MaxAbsolute, double MaxRelative, string? Fault)
{
    /// <summary>
    /// Compares. Infinities of the same sign are equal, and so are two that are not a number. Integers and truth values must be equal: where
    /// one hangs on a comparison of two numbers that are equal but for rounding, it is up to chance, and the random inputs have no such ties.
    /// </summary>
    public static Difference Between(TensorValue actual, Tensor expected, Tolerance tolerance)
    {
        if (!actual.Shape.SequenceEqual(expected.shape))
            return new Difference(double.PositiveInfinity, double.PositiveInfinity, $"its shape is [{string.Join(',', actual.Shape)}] where the module gives [{string.Join(',', expected.shape)}]");
        return expected.is_floating_point()
            ? OfNumbers(TensorTransfer.Numbers(actual), TensorTransfer.Numbers(expected), tolerance)
            : OfIntegers(TensorTransfer.Integers(actual), TensorTransfer.Integers(expected));
    }

    private static Difference OfNumbers(double[] actual, double[] expected, Tolerance tolerance)
    {
        var scale = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        var (worst, at) = (0.0, -1);
        for (var i = 0; i < expected.Length; i++)
        {
            var error = actual[i].Equals(expected[i]) ? 0 : Math.Abs(actual[i] - expected[i]);
            if (!(error <= worst))
                (worst, at) = (double.IsNaN(error) ? double.PositiveInfinity : error, i);
        }

        var allowed = tolerance.Absolute + tolerance.Relative * scale;
        var fault = worst <= allowed ? null : $"element {at} is {actual[at]:G9} where the module gives {expected[at]:G9} (error {worst:0.0e+0}, allowed {allowed:0.0e+0})";
        return new Difference(worst, scale > 0 ? worst / scale : worst, fault);
    }

    private static Difference OfIntegers(long[] actual, long[] expected)
    {
        var wrong = Enumerable.Range(0, expected.Length).Where(i => actual[i] != expected[i]).ToList();
        if (wrong.Count == 0)
            return new Difference(0, 0, null);
        var worst = wrong.Max(i => Math.Abs((double)actual[i] - expected[i]));
        var scale = expected.Max(e => Math.Abs((double)e));
        return new Difference(
            worst,
            scale > 0 ? worst / scale : worst,
            $"element {wrong[0]} is {actual[wrong[0]]} where the module gives {expected[wrong[0]]}, and {wrong.Count} of {expected.Length} differ; integers must be equal");
    }
}
