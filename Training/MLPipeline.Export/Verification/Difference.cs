using MLPipeline.Inference;
using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>How a tensor from ONNX Runtime differs from the module's.</summary>
/// <param name="MaxAbsolute">The largest |actual - expected|; infinite when shapes differ, or one of the two is not finite where the other is.</param>
/// <param name="MaxRelative">The same, divided by the largest finite |expected|.</param>
/// <param name="Fault">What is wrong; null when the two agree.</param>
internal sealed record Difference(double MaxAbsolute, double MaxRelative, string? Fault)
{
    /// <summary>Compares. Infinities of the same sign are equal, and so are two that are not a number.</summary>
    public static Difference Between(TensorValue actual, Tensor expected, Tolerance tolerance)
    {
        if (!actual.Shape.SequenceEqual(expected.shape))
            return Apart($"its shape is [{string.Join(',', actual.Shape)}] where the module gives [{string.Join(',', expected.shape)}]");
        var (a, e) = (TensorTransfer.Numbers(actual), TensorTransfer.Numbers(expected));
        var scale = e.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        var (worst, at) = (0.0, -1);
        for (var i = 0; i < e.Length; i++)
        {
            var error = a[i].Equals(e[i]) ? 0 : Math.Abs(a[i] - e[i]);
            if (!(error <= worst))
                (worst, at) = (double.IsNaN(error) ? double.PositiveInfinity : error, i);
        }

        var allowed = tolerance.Absolute + tolerance.Relative * scale;
        var fault = worst <= allowed ? null : $"element {at} is {a[at]:G9} where the module gives {e[at]:G9} (error {worst:0.0e+0}, allowed {allowed:0.0e+0})";
        return new Difference(worst, scale > 0 ? worst / scale : worst, fault);
    }

    private static Difference Apart(string fault) => new(double.PositiveInfinity, double.PositiveInfinity, fault);
}
