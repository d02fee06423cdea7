using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>What the README shows, word for word.</summary>
internal static class ReadmeExample
{
    // <example>
    [OnnxConverter(nameof(ToOnnx))]
    internal sealed class SoftClip : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter bound = new(ones(1));

        public SoftClip()
            : base(nameof(SoftClip)) => RegisterComponents();

        // A kernel of our own, whose loop over elements can't be traced.
        public override Tensor forward(Tensor input) => Kernels.Tanh(input) * bound;

        private static string ToOnnx(OnnxConversion c) => c.Node("Mul", [c.Node("Tanh", [c.Inputs[0]]), c.Weight("bound")]);
    }
    // </example>

    internal static OnnxExportOptions Options()
    {
        // <example>
        var options = new OnnxExportOptions();
        options.Converters.Add(() => Kernels.Tanh(default!), c => c.Node("Tanh", [c.Tensor("x")]));
        options.Converters.Add(typeof(GELU), c => c.CustomNode("com.microsoft", 1, "Gelu", [c.Inputs[0]]));
        // </example>
        return options;
    }

    internal static class Kernels
    {
        public static Tensor Tanh(Tensor x) => tensor([.. x.data<float>().ToArray().Select(MathF.Tanh)], x.shape);
    }
}
