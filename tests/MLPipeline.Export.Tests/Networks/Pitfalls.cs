using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>C# as people write it in a <c>forward</c>: each takes [N,4] and is one way for a tracer to go wrong.</summary>
internal static class Pitfalls
{
    // A sum has one shape whatever it is of.
    private static Tensor Scaled(Tensor x)
    {
        var y = x * x.masked_select(x > 0).sum();
        return y.view(y.shape[0], -1);
    }

    private static readonly Func<Tensor, Tensor> Stored = x => x.relu();

    /// <summary>The networks by name, with the operators that must be in the file.</summary>
    public static IReadOnlyDictionary<string, (Func<Module<Tensor, Tensor>> Create, string Operators)> All { get; } =
        new Dictionary<string, (Func<Module<Tensor, Tensor>>, string)>
        {
            ["cached lambda"] = (() => new CachedLambda(), "Relu Sigmoid"),
            ["method group"] = (() => new MethodGroup(), "Tanh"),
            ["delegate made earlier"] = (() => new Of((_, x) => Stored(x)), "Relu"),
            ["delegate in a field"] = (() => new DelegateField(), "Sigmoid"),
            ["shape of what the number of chosen elements scales"] = (() => new Of((_, x) => Scaled(x)), "Greater Reshape Reshape Compress ReduceSum Mul"),
            ["closure"] = (() => new Closure(), "Mul Add"),
            ["LINQ over layers"] = (() => new LinqOverLayers(), "Gemm Relu Gemm Relu"),
            ["iterator handed to the framework"] = (() => new Iterator(), "Relu Sigmoid Concat"),
            ["constrained generic call"] = (() => new ConstrainedCall(), "Tanh Relu"),
            ["static abstract"] = (() => new StaticAbstract(), "Sigmoid"),
            ["interface call on a struct"] = (() => new Of((_, x) => ((IOperator)default(Relus)).Apply(x)), "Relu"),
            ["generic module"] = (() => new Wrapped<Linear>(Linear(4, 2)), "Gemm Relu"),
            ["inheritance"] = (() => new Derived(), "Sigmoid Relu"),
            ["in-place operator seen through an alias"] = (() => new InPlaceAlias(), "Relu Add Add"),
            ["in-place operator on the input"] = (() => new Of((_, x) => x.clone().relu_().add_(1)), "Relu Add"),
            ["cache made at first use"] = (() => new LazyCache(), "Mul"),
            ["parallel work"] = (() => new ParallelWork(), "Relu Sigmoid Concat"),
            ["task"] = (() => new Of((_, x) => Task.Run(() => x.sigmoid()).GetAwaiter().GetResult()), "Sigmoid"),
            ["forward hook"] = (() => new Hooked(), "Relu Mul"),
            ["training branch"] = (() => new Of((self, x) => self.training ? x.relu() : x.sigmoid()), "Sigmoid"),
            ["dropout"] = (() => Sequential(Dropout(0.5), ReLU()), "Relu"),
            ["try, finally, using"] = (() => new Scoped(), "Relu Mul"),
            ["switch and loop"] = (() => new SwitchAndLoop(), "Relu Sigmoid Tanh"),
            ["parameter and buffer"] = (() => new Weighted(), "Gemm"),
            ["tied weight"] = (() => new Tied(), "Gemm Gemm"),
            ["one module called twice"] = (() => new CalledTwice(), "Gemm Gemm"),
            ["shape arithmetic"] = (() => new Of((_, x) => x.view(x.shape[0] * 2, x.shape[1] / 2).relu().view(x.shape[0], -1)), "Reshape Relu Reshape"),
            ["transpose and mean"] = (() => new Of((_, x) => x.unsqueeze(1).transpose(1, 2).permute(0, 2, 1).mean([1])), "Unsqueeze ReduceMean"),
            ["tensor made on the way"] = (() => new Of((_, x) => x + ones(1, 4) * 2), "Add"),
            ["batch of ones"] = (() => new Of((_, x) => x.softmax(-1) - x.log_softmax(1) / 2), "Softmax LogSoftmax Div Sub"),
        };

    private static Tensor Twice(Tensor x) => x.tanh();

    private sealed class CachedLambda() : Module<Tensor, Tensor>("lambda")
    {
        public override Tensor forward(Tensor input)
        {
            Func<Tensor, Tensor> f = static x => x.relu();
            return Apply(f, Apply(static x => x.relu(), input)).sigmoid();
        }

        private static Tensor Apply(Func<Tensor, Tensor> f, Tensor x) => f(x);
    }

    private sealed class MethodGroup() : Module<Tensor, Tensor>("group")
    {
        public override Tensor forward(Tensor input)
        {
            Func<Tensor, Tensor> f = Twice;
            return f(input);
        }
    }

    private sealed class DelegateField() : Module<Tensor, Tensor>("field")
    {
        private readonly Func<Tensor, Tensor> _activation = x => functional.sigmoid(x);

        public override Tensor forward(Tensor input) => _activation(input);
    }

    private sealed class Closure() : Module<Tensor, Tensor>("closure")
    {
        public override Tensor forward(Tensor input)
        {
            var scale = 3.0;
            Tensor Scaled() => input * scale;
            return Scaled() + input;
        }
    }

    private sealed class LinqOverLayers : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Module<Tensor, Tensor>> layers = [Linear(4, 4), ReLU(), Linear(4, 4), ReLU()];

        public LinqOverLayers()
            : base("linq") => RegisterComponents();

        public override Tensor forward(Tensor input) => layers.Aggregate(input, (x, layer) => layer.call(x));
    }

    private sealed class Iterator() : Module<Tensor, Tensor>("iterator")
    {
        public override Tensor forward(Tensor input) => cat(Pieces(input).ToArray(), 1);

        private static IEnumerable<Tensor> Pieces(Tensor x)
        {
            yield return x.relu();
            yield return x.sigmoid();
        }
    }

    private interface IOperator
    {
        Tensor Apply(Tensor x);
    }

    private interface IStaticOperator
    {
        static abstract Tensor Apply(Tensor x);
    }

    private struct Relus : IOperator
    {
        public readonly Tensor Apply(Tensor x) => x.relu();
    }

    private sealed class Tanhs : IOperator
    {
        public Tensor Apply(Tensor x) => x.tanh();
    }

    private sealed class Sigmoids : IStaticOperator
    {
        public static Tensor Apply(Tensor x) => x.sigmoid();
    }

    private sealed class ConstrainedCall() : Module<Tensor, Tensor>("constrained")
    {
        public override Tensor forward(Tensor input) => Run(default(Relus), Run(new Tanhs(), input));

        private static Tensor Run<T>(T op, Tensor x)
            where T : IOperator => op.Apply(x);
    }

    private sealed class StaticAbstract() : Module<Tensor, Tensor>("static abstract")
    {
        public override Tensor forward(Tensor input) => Run<Sigmoids>(input);

        private static Tensor Run<T>(Tensor x)
            where T : IStaticOperator => T.Apply(x);
    }

    private sealed class Wrapped<T> : Module<Tensor, Tensor>
        where T : Module<Tensor, Tensor>
    {
        private readonly T inner;

        public Wrapped(T inner)
            : base("wrapped")
        {
            this.inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => functional.relu(inner.call(input));
    }

    private class Base() : Module<Tensor, Tensor>("base")
    {
        public override Tensor forward(Tensor input) => Activate(input);

        protected virtual Tensor Activate(Tensor x) => x.tanh();
    }

    private sealed class Derived : Base
    {
        public override Tensor forward(Tensor input) => base.forward(input).relu();

        protected override Tensor Activate(Tensor x) => x.sigmoid();
    }

    private sealed class InPlaceAlias() : Module<Tensor, Tensor>("alias")
    {
        public override Tensor forward(Tensor input)
        {
            var x = input.relu();
            var alias = x.alias();
            x.add_(1);
            return x + alias;
        }
    }

    private sealed class LazyCache() : Module<Tensor, Tensor>("cache")
    {
        private Tensor? _mask;

        public override Tensor forward(Tensor input)
        {
            _mask ??= arange(4, ScalarType.Float32) / 4;
            return input * _mask;
        }
    }

    private sealed class ParallelWork() : Module<Tensor, Tensor>("parallel")
    {
        public override Tensor forward(Tensor input)
        {
            var parts = new Tensor[2];
            // One at a time: what runs first in a parallel loop is nobody's to say, in the module as in its trace.
            Parallel.For(0, 2, new ParallelOptions { MaxDegreeOfParallelism = 1 }, i => parts[i] = i == 0 ? input.relu() : input.sigmoid());
            return cat(parts, 1);
        }
    }

    private sealed class Hooked : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> inner = ReLU();

        public Hooked()
            : base("hooked")
        {
            ((ReLU)inner).register_forward_hook((_, _, output) => output * 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => inner.call(input);
    }

    private sealed class Scoped() : Module<Tensor, Tensor>("scoped")
    {
        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            try
            {
                using var x = input.relu();
                return (x * 2).MoveToOuterDisposeScope();
            }
            catch (InvalidOperationException e) when (e.Message.Length > 3)
            {
                return input;
            }
            finally
            {
                _ = scope.DisposablesCount;
            }
        }
    }

    private sealed class SwitchAndLoop() : Module<Tensor, Tensor>("switch")
    {
        private readonly string[] _names = ["relu", "sigmoid", "tanh"];

        public override Tensor forward(Tensor input)
        {
            foreach (var name in _names)
            {
                input = name switch
                {
                    "relu" => input.relu(),
                    "sigmoid" => input.sigmoid(),
                    "tanh" => input.tanh(),
                    _ => throw new InvalidOperationException(name),
                };
            }

            return input;
        }
    }

    private sealed class Weighted : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter weight = Parameter(randn(4, 3));
        private readonly Tensor offset = randn(3);

        public Weighted()
            : base("weighted")
        {
            register_buffer("offset", offset);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input.matmul(weight) + offset;
    }

    private sealed class Tied : Module<Tensor, Tensor>
    {
        private readonly Linear first = Linear(4, 4);
        private readonly Linear second = Linear(4, 4);

        public Tied()
            : base("tied")
        {
            RegisterComponents();
            second.weight = first.weight;
        }

        public override Tensor forward(Tensor input) => second.call(first.call(input));
    }

    private sealed class CalledTwice : Module<Tensor, Tensor>
    {
        private readonly Linear layer = Linear(4, 4);

        public CalledTwice()
            : base("twice") => RegisterComponents();

        public override Tensor forward(Tensor input) => layer.call(layer.call(input));
    }
}
