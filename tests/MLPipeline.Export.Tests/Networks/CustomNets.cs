using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>Operators of a user's own.</summary>
public static class MyOperators
{
    /// <summary>x / (1 + |x|), by a way that can't be traced.</summary>
    public static Tensor Squash(Tensor x) => tensor(x.data<float>().ToArray().Select(v => v / (1 + Math.Abs(v))).ToArray(), x.shape);

    /// <summary>The same, with a converter at hand.</summary>
    [OnnxConverter(nameof(ConvertMarked))]
    public static Tensor Marked(Tensor x, double scale = 1, bool negate = false) => Squash(x) * (negate ? -scale : scale);

    /// <summary>The same with settings in an object, which nobody can look into.</summary>
    public static Tensor With(Tensor x, Settings settings) => Squash(x) * settings.Scale;

    /// <summary>Settings of a user's own.</summary>
    public sealed class Settings(double scale)
    {
        /// <summary>A factor.</summary>
        public double Scale { get; } = scale;
    }

    /// <summary>The halves of a tensor's second axis.</summary>
    public static (Tensor First, Tensor Second) Halves(Tensor x)
    {
        var parts = x.chunk(2, 1);
        return (parts[0], parts[1]);
    }

    /// <summary>Changes what it is given.</summary>
    public static Tensor InPlace(Tensor x) => x.add_(1);

    /// <summary>Marked with what is not there.</summary>
    [OnnxConverter("Nowhere")]
    public static Tensor Mismarked(Tensor x) => x;

    private static string ConvertMarked(OnnxConversion c) => c.Node(
        "Mul", [c.Node("Softsign", [c.Tensor("x")]), c.Constant(c.Flag("negate") ? -c.Number("scale") : c.Number("scale"))]);
}

/// <summary>A module of a user's own: x times a learned slope where x is negative, by a way that can't be traced.</summary>
[OnnxConverter(nameof(Convert))]
public class MarkedSlope : nn.Module<Tensor, Tensor>
{
    private readonly Parameter slope = new(full(1, 0.25f));

    /// <summary>With the first slope.</summary>
    public MarkedSlope()
        : base(nameof(MarkedSlope)) => RegisterComponents();

    /// <summary>A number that the converter reads.</summary>
    public float Factor { get; init; } = 2;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => full_like(input, Factor) * tensor([.. input.data<float>().ToArray().Select(v => v < 0 ? v * slope.item<float>() : v)], input.shape);

    private static string Convert(OnnxConversion c) =>
        c.Node("Mul", [c.Node("PRelu", [c.Inputs[0], c.Weight("slope")]), c.Constant(c.Module<MarkedSlope>().Factor)]);
}

/// <summary>Overrides what its base class has a converter for.</summary>
public sealed class Overriding : MarkedSlope
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => input.tanh();
}

/// <summary>Inherits what its base class has a converter for.</summary>
public sealed class Inheriting : MarkedSlope;
