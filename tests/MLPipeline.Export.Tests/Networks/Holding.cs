using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>Modules that hold one layer, and say how to call it.</summary>
internal static class Holding
{
    public static nn.Module Of<TLayer>(TLayer layer, Func<TLayer, Tensor, IReadOnlyList<Tensor>> run)
        where TLayer : nn.Module => new One<TLayer>(layer, run);

    public static nn.Module Of<TLayer>(TLayer layer, Func<TLayer, Tensor, Tensor, IReadOnlyList<Tensor>> run)
        where TLayer : nn.Module => new Two<TLayer>(layer, run);

    public static nn.Module Of<TLayer>(TLayer layer, Func<TLayer, Tensor, Tensor, Tensor, IReadOnlyList<Tensor>> run)
        where TLayer : nn.Module => new Three<TLayer>(layer, run);

    private sealed class One<TLayer> : Module<Tensor, IReadOnlyList<Tensor>>
        where TLayer : nn.Module
    {
        private readonly TLayer _layer;
        private readonly Func<TLayer, Tensor, IReadOnlyList<Tensor>> _run;

        public One(TLayer layer, Func<TLayer, Tensor, IReadOnlyList<Tensor>> run)
            : base(nameof(Holding))
        {
            (_layer, _run) = (layer, run);
            register_module("layer", layer);
        }

        public override IReadOnlyList<Tensor> forward(Tensor first) => _run(_layer, first);
    }

    private sealed class Two<TLayer> : Module<Tensor, Tensor, IReadOnlyList<Tensor>>
        where TLayer : nn.Module
    {
        private readonly TLayer _layer;
        private readonly Func<TLayer, Tensor, Tensor, IReadOnlyList<Tensor>> _run;

        public Two(TLayer layer, Func<TLayer, Tensor, Tensor, IReadOnlyList<Tensor>> run)
            : base(nameof(Holding))
        {
            (_layer, _run) = (layer, run);
            register_module("layer", layer);
        }

        public override IReadOnlyList<Tensor> forward(Tensor first, Tensor second) => _run(_layer, first, second);
    }

    private sealed class Three<TLayer> : Module<Tensor, Tensor, Tensor, IReadOnlyList<Tensor>>
        where TLayer : nn.Module
    {
        private readonly TLayer _layer;
        private readonly Func<TLayer, Tensor, Tensor, Tensor, IReadOnlyList<Tensor>> _run;

        public Three(TLayer layer, Func<TLayer, Tensor, Tensor, Tensor, IReadOnlyList<Tensor>> run)
            : base(nameof(Holding))
        {
            (_layer, _run) = (layer, run);
            register_module("layer", layer);
        }

        public override IReadOnlyList<Tensor> forward(Tensor first, Tensor second, Tensor third) => _run(_layer, first, second, third);
    }
}
