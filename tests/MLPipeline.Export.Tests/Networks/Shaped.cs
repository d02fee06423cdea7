using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>What a network does when it is told to.</summary>
internal enum Activation
{
    /// <summary>Nothing below zero.</summary>
    Relu,

    /// <summary>Between -1 and 1.</summary>
    Tanh,
}

/// <summary>Modules that take and give more than one tensor.</summary>
internal static class Shaped
{
    internal sealed class OptionalMask() : Module<Tensor, Tensor?, Tensor>("optional")
    {
        public override Tensor forward(Tensor x, Tensor? mask = null) => mask is null ? x.relu() : x * mask;
    }

    internal sealed class PlainParameters() : Module("plain")
    {
        public Tensor forward(Tensor x, Activation activation = Activation.Tanh, double scale = 1, bool negate = false, params long[] shape)
        {
            x = activation == Activation.Relu ? x.relu() : x.tanh();
            if (scale != 1)
                x *= scale;
            if (shape.Length > 0)
                x = x.view(shape);
            return negate && !training ? -x : x;
        }
    }

    internal sealed class Pair() : Module<(Tensor A, Tensor B), Tensor>("pair")
    {
        public override Tensor forward((Tensor A, Tensor B) both) => both.A.relu() + both.B;
    }

    internal sealed class Pyramid() : Module<IReadOnlyList<Tensor>, Tensor>("pyramid")
    {
        public override Tensor forward(IReadOnlyList<Tensor> levels) => levels.Aggregate((a, b) => a + b.sigmoid());
    }

    internal sealed class TensorArray() : Module<Tensor[], List<Tensor>, Tensor>("array")
    {
        public override Tensor forward(Tensor[] first, List<Tensor> second) => first[0] + second[0] * first[1];
    }

    internal sealed class Detector() : Module<Dictionary<string, Tensor>, Dictionary<string, Tensor>>("detector")
    {
        public override Dictionary<string, Tensor> forward(Dictionary<string, Tensor> batch) =>
            new() { ["boxes"] = batch["image"].relu() + batch["sizes"], ["image"] = batch["image"].tanh() };
    }

    internal sealed class Nested() : Module("nested")
    {
        public (Dictionary<string, Tensor[]>, Tensor) forward((Tensor X, List<Tensor> States) input, Dictionary<string, (Tensor, Tensor)> extra) =>
            (new() { ["states"] = [training ? input.States[0] : input.States[0].relu(), input.States[1].tanh()] }, input.X + extra["both"].Item1 * extra["both"].Item2);
    }

    internal sealed class OwnCall() : Module("own call")
    {
        public Tensor call(Tensor x) => forward(x).sigmoid();

        public Tensor forward(Tensor x) => training ? x : x.relu();
    }

    internal sealed class Echo : Module<Tensor, (Tensor, Tensor, Tensor, Tensor)>
    {
        private readonly TorchSharp.Modules.Parameter weight = Parameter(ones(3));

        public Echo()
            : base("echo") => RegisterComponents();

        public override (Tensor, Tensor, Tensor, Tensor) forward(Tensor x)
        {
            var y = x.relu();
            return (x, y, y, weight);
        }
    }

    internal sealed class Lazily() : Module<Tensor, IEnumerable<Tensor>>("lazily")
    {
        public override IEnumerable<Tensor> forward(Tensor x)
        {
            yield return x.relu();
            yield return x.tanh();
        }
    }

    internal sealed record Result(Tensor Logits, Tensor Score);

    internal sealed class Recorded() : Module<Tensor, Result>("recorded")
    {
        public override Result forward(Tensor x) => new(x.relu(), x.tanh());
    }

    internal sealed class Batch
    {
        public required Tensor X { get; init; }
    }

    internal sealed class Batched() : Module<Batch, Tensor>("batched")
    {
        public override Tensor forward(Batch batch) => batch.X.relu();
    }
}
