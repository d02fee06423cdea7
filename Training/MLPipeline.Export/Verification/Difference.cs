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
    /// <param name="actual">What the file gives.</param>
    /// <param name="expected">What the module gives.</param>
    /// <param name="tolerance">How far numbers may be apart.</param>
    /// <param name="stray">The share of elements that may be further apart: among very many there are ties.</param>
    public static Difference Between(TensorValue actual, Tensor expected, Tolerance tolerance, double stray = 0)
    {
        if (!actual.Shape.SequenceEqual(expected.shape))
            return new Difference(double.PositiveInfinity, double.PositiveInfinity, $"its shape is [{string.Join(',', actual.Shape)}] where the module gives [{string.Join(',', expected.shape)}]");
        var allowed = (long)(stray * expected.numel());
        return expected.is_floating_point()
            ? OfNumbers(TensorTransfer.Numbers(actual), TensorTransfer.Numbers(expected), expected.shape, tolerance, allowed)
            : OfIntegers(TensorTransfer.Integers(actual), TensorTransfer.Integers(expected), allowed);
    }

    private static Difference OfNumbers(double[] actual, double[] expected, long[] shape, Tolerance tolerance, long stray)
    {
        var scale = expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        var errors = new double[expected.Length];
        for (var i = 0; i < errors.Length; i++)
        {
            var error = actual[i].Equals(expected[i]) ? 0 : Math.Abs(actual[i] - expected[i]);
            errors[i] = double.IsNaN(error) ? double.PositiveInfinity : error;
        }

        var worst = errors.DefaultIfEmpty().Max();
        var allowed = tolerance.Absolute + tolerance.Relative * scale;
        var at = Array.IndexOf(errors, worst);
        var fault = errors.Count(e => e > allowed) > stray
            ? $"element {at} is {actual[at]:G9} where the module gives {expected[at]:G9} (error {worst:0.0e+0}, allowed {allowed:0.0e+0})"
            : ColumnFault.Find(errors, expected, shape, tolerance, scale);
        return new Difference(worst, scale > 0 ? worst / scale : worst, fault);
    }

    private static Difference OfIntegers(long[] actual, long[] expected, long stray)
    {
        var wrong = Enumerable.Range(0, expected.Length).Where(i => actual[i] != expected[i]).ToList();
        if (wrong.Count == 0)
            return new Difference(0, 0, null);
        var worst = wrong.Max(i => Math.Abs((double)actual[i] - expected[i]));
        var scale = expected.Max(e => Math.Abs((double)e));
        return new Difference(
            worst,
            scale > 0 ? worst / scale : worst,
            wrong.Count <= stray
                ? null
                : $"element {wrong[0]} is {actual[wrong[0]]} where the module gives {expected[wrong[0]]}, and {wrong.Count} of {expected.Length} differ; integers must be equal");
    }
}
