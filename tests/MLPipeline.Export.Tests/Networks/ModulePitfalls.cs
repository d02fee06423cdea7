using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>What modules are made of, each taking [N,4].</summary>
internal static class ModulePitfalls
{
    /// <summary>The networks by name, with the operators that must be in the file.</summary>
    public static IReadOnlyDictionary<string, (Func<Module<Tensor, Tensor>> Create, string Operators)> All { get; } =
        new Dictionary<string, (Func<Module<Tensor, Tensor>>, string)>
        {
            ["hook before forward that changes the input"] = (() => WithHooks(m => m.register_forward_pre_hook((_, x) => x.tanh())), "Tanh Relu"),
            ["hook after forward"] = (() => WithHooks(m => m.register_forward_hook((_, x, y) => x + y)), "Relu Add"),
            ["two hooks in order"] = (() => WithHooks(m => { m.register_forward_hook((_, _, y) => y.sigmoid()); return m.register_forward_hook((_, _, y) => y.tanh()); }), "Relu Sigmoid Tanh"),
            ["hook taken away"] = (() => WithHooks(m => { m.register_forward_hook((_, _, y) => y.sigmoid()).remove(); return null!; }), "Relu"),
            ["hook on a child"] = (() => HookedChild(), "Gemm Sigmoid Relu"),
            ["hook left out by forward"] = (() => new SkipsHook(), "Relu"),
            ["buffer made at first use"] = (() => new LazyBuffer(), "Add"),
            ["table made anew when the length changes"] = (() => new LazyTable(), "Shape Gather Squeeze Range Cast Unsqueeze Add"),
            ["table that grows"] = (() => new GrowingTable(), "Add"),
            ["tensor made at first use, in a dictionary"] = (() => new LazyDictionary(), "Add"),
            ["static tensor made at first use"] = (() => new Of((_, x) => x + (Shared ??= arange(4, ScalarType.Float32))), "Add"),
            ["module made at first use"] = (() => new LazyModule(register: false), "Gemm Relu"),
            ["module registered at first use"] = (() => new LazyModule(register: true), "Gemm Relu"),
            ["module in a field that is not registered"] = (() => new Unregistered(), "Gemm"),
            ["module made for each call"] = (() => new Of((_, x) => Sequential(ReLU(), Sigmoid()).call(x)), "Relu Sigmoid"),
            ["module list, backwards"] = (() => new Listed(), "Gemm Relu Gemm"),
            ["module dictionary"] = (() => new Chosen(), "Gemm Tanh"),
            ["parameter list and dictionary"] = (() => new Parameters(), "Gemm"),
            ["class derived from Sequential"] = (() => new Stem(), "Gemm Relu"),
            ["Sequential in Sequential"] = (() => Sequential(("a", Sequential(("b", Sequential(("c", Linear(4, 3)), ("d", ReLU()))), ("e", Tanh())))), "Gemm Relu Tanh"),
            ["Sequential indexed and sliced"] = (() => new Sliced(), "Gemm Tanh"),
            ["one module under two names"] = (() => new TwoNames(), "Gemm Relu Gemm"),
            ["module in two parents"] = (() => TwoParents(), "Gemm Relu Gemm Sigmoid"),
            ["transposed tied weight"] = (() => new AutoEncoder(), "Gemm Relu MatMul"),
            ["weight changed on the way"] = (() => new WeightNorm(), "MatMul"),
            ["parameter seen through a view"] = (() => new ViewOfWeight(), "MatMul"),
            ["identity"] = (() => Sequential(Identity(), ReLU(), Identity()), "Relu"),
            ["frozen weights"] = (() => Frozen(), "Gemm"),
            ["gradients switched on and off"] = (() => new Of((_, x) => Quiet(x)), "Relu Sigmoid"),
            ["output detached"] = (() => new Of((_, x) => x.relu().detach()), "Relu"),
        };

    private static Tensor? Shared { get; set; }

    private static ReLU WithHooks(Func<ReLU, object> add)
    {
        var module = ReLU();
        add(module);
        return module;
    }

    private static Sequential HookedChild()
    {
        var child = Linear(4, 3);
        child.register_forward_hook((_, _, y) => y.sigmoid());
        return Sequential(("child", child), ("relu", ReLU()));
    }

    private sealed class SkipsHook : Module<Tensor, Tensor>
    {
        private readonly ReLU inner = WithHooks(m => m.register_forward_hook((_, _, y) => y.sigmoid()));

        public SkipsHook()
            : base("skips") => RegisterComponents();

        public override Tensor forward(Tensor input) => inner.forward(input);
    }

    private sealed class LazyBuffer() : Module<Tensor, Tensor>("lazy buffer")
    {
        public override Tensor forward(Tensor input)
        {
            if (!named_buffers().Any())
                register_buffer("table", arange(4, ScalarType.Float32));
            return input + get_buffer("table")!;
        }
    }

    private sealed class LazyTable() : Module<Tensor, Tensor>("lazy table")
    {
        private Tensor? _table;

        public override Tensor forward(Tensor input)
        {
            if (_table is null || _table.shape[0] != input.shape[0])
                _table = arange(input.shape[0], ScalarType.Float32).unsqueeze(1);
            return input + _table;
        }
    }

    private sealed class GrowingTable() : Module<Tensor, Tensor>("growing table")
    {
        private Tensor? _table;

        public override Tensor forward(Tensor input)
        {
            if (_table is null || _table.shape[0] < input.shape[1] + input.shape[0])
                _table = ones(input.shape[1] + input.shape[0]);
            return input + _table.narrow(0, 0, 4);
        }
    }

    private sealed class LazyDictionary() : Module<Tensor, Tensor>("lazy dictionary")
    {
        private readonly Dictionary<long, List<Tensor>> _tables = [];

        public override Tensor forward(Tensor input)
        {
            var width = input.shape[1];
            if (!_tables.TryGetValue(width, out var table))
                _tables[width] = table = [arange(width, ScalarType.Float32)];
            return input + table[0];
        }
    }

    private sealed class LazyModule(bool register) : Module<Tensor, Tensor>("lazy module")
    {
        private Sequential? _inner;

        public override Tensor forward(Tensor input)
        {
            if (_inner is null)
            {
                _inner = Sequential(Linear(input.shape[1], 3), Dropout(0.5), ReLU());
                if (register)
                    register_module("inner", _inner);
                else
                    _inner.eval();
            }

            return _inner.call(input);
        }
    }

    private sealed class Unregistered() : Module<Tensor, Tensor>("unregistered")
    {
        private readonly Linear _inner = Linear(4, 4);
        private readonly Tensor _offset = randn(2, 4);

        public override Tensor forward(Tensor input) => _inner.call(input) + _offset[0];
    }

    private sealed class Listed : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Module<Tensor, Tensor>> layers = [Linear(4, 2), ReLU(), Linear(4, 4)];

        public Listed()
            : base("listed") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            for (var i = layers.Count - 1; i >= 0; i--)
                input = layers[i].call(input);
            return input;
        }
    }

    private sealed class Chosen : Module<Tensor, Tensor>
    {
        private readonly ModuleDict<Module<Tensor, Tensor>> heads = [("linear", Linear(4, 2)), ("other", Linear(4, 3)), ("tanh", Tanh())];

        public Chosen()
            : base("chosen") => RegisterComponents();

        public override Tensor forward(Tensor input) => heads["tanh"].call(heads["other"].call(input));
    }

    private sealed class Parameters : Module<Tensor, Tensor>
    {
        private readonly ParameterList weights = [Parameter(randn(4, 3)), Parameter(randn(4, 2))];
        private readonly ParameterDict offsets = [("a", Parameter(randn(2)))];

        public Parameters()
            : base("parameters") => RegisterComponents();

        public override Tensor forward(Tensor input) => input.matmul(weights[1]) + offsets["a"];
    }

    private sealed class Stem() : Sequential([("fc", Linear(4, 3)), ("act", ReLU())]);

    private sealed class Sliced : Module<Tensor, Tensor>
    {
        private readonly Sequential layers = Sequential(Linear(4, 3), ReLU(), Tanh());

        public Sliced()
            : base("sliced") => RegisterComponents();

        public override Tensor forward(Tensor input) => ((Module<Tensor, Tensor>)layers[2]).call(((Module<Tensor, Tensor>)layers[0]).call(input));
    }

    private sealed class TwoNames : Module<Tensor, Tensor>
    {
        private readonly Linear first = Linear(4, 4);
        private readonly Linear second;

        public TwoNames()
            : base("two names")
        {
            second = first;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => second.call(first.call(input).relu());
    }

    private static Sequential TwoParents()
    {
        var shared = Linear(4, 4);
        return Sequential(("a", Sequential(("fc", shared), ("act", ReLU()))), ("b", Sequential(("fc", shared), ("act", Sigmoid()))));
    }

    private sealed class AutoEncoder : Module<Tensor, Tensor>
    {
        private readonly Linear encoder = Linear(4, 2);

        public AutoEncoder()
            : base("auto encoder") => RegisterComponents();

        public override Tensor forward(Tensor input) => encoder.call(input).relu().matmul(encoder.weight!);
    }

    private sealed class WeightNorm : Module<Tensor, Tensor>
    {
        private readonly Parameter weight = Parameter(randn(4, 4));

        public WeightNorm()
            : base("weight norm") => RegisterComponents();

        public override Tensor forward(Tensor input) => input.matmul(weight / weight.norm());
    }

    private sealed class ViewOfWeight : Module<Tensor, Tensor>
    {
        private readonly Parameter weight = Parameter(randn(16));

        public ViewOfWeight()
            : base("view") => RegisterComponents();

        public override Tensor forward(Tensor input) => input.matmul(weight.view(4, 4));
    }

    private static Linear Frozen()
    {
        var module = Linear(4, 3);
        foreach (var parameter in module.parameters())
            parameter.requires_grad_(false);
        return module;
    }

    private static Tensor Quiet(Tensor x)
    {
        using (no_grad())
            x = x.relu();
        using (inference_mode())
            x = x.clone();
        using (enable_grad())
            return x.sigmoid();
    }
}
