using System.Reflection;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>Ways from a <c>forward</c> of [N,4] to the code that computes.</summary>
internal static class CallPitfalls
{
    private static readonly Func<Tensor, Tensor> Both = ((Func<Tensor, Tensor>)(x => x.relu())) + (x => x.sigmoid());
    private static readonly ThreadLocal<Func<Tensor, Tensor>> PerThread = new(() => x => x.tanh());

    /// <summary>The networks by name, with the operators that must be in the file.</summary>
    public static IReadOnlyDictionary<string, (Func<Module<Tensor, Tensor>> Create, string Operators)> All { get; } =
        new Dictionary<string, (Func<Module<Tensor, Tensor>>, string)>
        {
            ["delegate with several targets"] = (() => new Of((_, x) => Both(x)), "Sigmoid"),
            ["event"] = (() => new Of((_, x) => new Raising().Raise(x)), "Relu Tanh"),
            ["delegate of a struct's method"] = (() => new Of((_, x) => ((Func<Tensor, Tensor>)new Scaler(2).Apply)(x)), "Sigmoid Sigmoid"),
            ["delegate of a virtual method"] = (() => new Of((_, x) => ((Func<Tensor, Tensor>)((Layer)new Soft()).Apply)(x)), "Tanh Sigmoid"),
            ["delegate of TorchSharp's"] = (() => new Of((_, x) => new[] { (Func<Tensor, Tensor>)sigmoid, x.add }.Aggregate(x, (y, f) => f(y))), "Sigmoid Add"),
            ["delegate called by DynamicInvoke"] = (() => new Of((_, x) => (Tensor)((Delegate)Both).DynamicInvoke(x)!), "Sigmoid"),
            ["delegate made by reflection"] = (() => new Of((_, x) => typeof(Soft).GetMethod("Apply")!.CreateDelegate<Func<Tensor, Tensor>>(new Soft())(x)), "Tanh Sigmoid"),
            ["method called by reflection"] = (() => new Of((_, x) => (Tensor)typeof(Layer).GetMethod("Apply")!.Invoke(new Soft(), [x])!), "Tanh Sigmoid"),
            ["static method called by reflection"] = (() => new Of((_, x) => (Tensor)typeof(CallPitfalls).GetMethod(nameof(Soften), BindingFlags.NonPublic | BindingFlags.Static)!.Invoke(null, [x])!), "Sigmoid"),
            ["struct's method called by reflection"] = (() => new Of((_, x) => (Tensor)typeof(Scaler).GetMethod("Apply")!.Invoke(new Scaler(1), [x])!), "Sigmoid"),
            ["TorchSharp's method called by reflection"] = (() => new Of((_, x) => (Tensor)typeof(Tensor).GetMethod("relu", [])!.Invoke(x, null)!), "Relu"),
            ["property read by reflection"] = (() => new Of((_, x) => (Tensor)typeof(Holder).GetProperty("Value")!.GetValue(new Holder(x))!), "Tanh"),
            ["generic method over a class and a struct"] = (() => new Of((_, x) => Apply(new Scaler(1), Apply(new Soft(), x))), "Tanh Sigmoid Sigmoid"),
            ["generic virtual method"] = (() => new Of((_, x) => ((Visited)new Visitor()).Accept(x, 1) + ((Visited)new Visitor()).Accept(x, "")), "Relu Tanh Add"),
            ["generic class, nested, with static members"] = (() => new Of((_, x) => Chain<Soft>.Inner<Scaler>.Run(x)), "Tanh Sigmoid"),
            ["generic interface, variant"] = (() => new Of((_, x) => ((ISource<object>)new Source(x)).Get() is Tensor t ? t.sigmoid() : x), "Tanh Sigmoid"),
            ["static abstract with default"] = (() => new Of((_, x) => Static<Twofold>(x)), "Sigmoid Tanh"),
            ["default interface method"] = (() => new Of((_, x) => ((IBlock)new Block()).Run(x)), "Relu Sigmoid"),
            ["explicit interface method"] = (() => new Of((_, x) => ((IBlock)new Block()).Core(x)), "Relu"),
            ["reimplemented interface"] = (() => new Of((_, x) => ((IBlock)new Block2()).Core(x)), "Tanh"),
            ["shadowed method"] = (() => new Of((_, x) => new Hiding().Apply(x) + ((Soft)new Hiding()).Apply(x)), "Relu Tanh Sigmoid Add"),
            ["abstract class"] = (() => new Of((_, x) => ((Layer)new Soft()).Twice(x)), "Tanh Sigmoid Tanh Sigmoid"),
            ["base call over two levels"] = (() => new Of((_, x) => new Softer().Apply(x)), "Tanh Sigmoid Relu"),
            ["covariant return"] = (() => new Of((_, x) => ((Maker)new SoftMaker()).Make().Apply(x)), "Tanh Sigmoid"),
            ["constructor that computes"] = (() => new Of((_, x) => new Precomputed(x).Result), "Relu Tanh"),
            ["static constructor"] = (() => new Of((_, x) => x + Table.Values), "Add"),
            ["lazy value"] = (() => new Of((_, x) => new Lazy<Tensor>(() => x.sigmoid()).Value), "Sigmoid"),
            ["value per thread"] = (() => new Of((_, x) => PerThread.Value!(x)), "Tanh"),
            ["thread of its own"] = (() => new Of((_, x) => OnThread(x)), "Tanh"),
            ["tasks in a row"] = (() => new Of((_, x) => Task.Run(() => x.relu()).ContinueWith(t => t.Result.tanh(), TaskScheduler.Default).Result), "Relu Tanh"),
            ["comparer and equality of the user's"] = (() => new Of((_, x) => Sorted(x)), "Sigmoid Relu"),
            ["collection of the user's"] = (() => new Of((_, x) => cat(new Bag(x).ToArray(), 1)), "Relu Tanh Concat"),
            ["list built of an iterator"] = (() => new Of((_, x) => cat(new List<Tensor>(new Bag(x)), 1)), "Relu Tanh Concat"),
            ["iterator with try, finally and state"] = (() => new Of((_, x) => Steps(x).Last()), "Relu Sigmoid Tanh"),
            ["iterator by hand"] = (() => new Of((_, x) => ByHand(x)), "Relu Sigmoid"),
            ["iterator of the user's handed to TorchSharp"] = (() => new Of((_, x) => hstack(new Bag(x).ToList())), "Relu Tanh Concat"),
            ["foreach over a pattern"] = (() => new Of((_, x) => Patterned(x)), "Sigmoid Sigmoid"),
            ["chain of responsibility"] = (() => new Of((_, x) => Pipeline(Soften, y => y.tanh())(x)), "Sigmoid Tanh"),
            ["curried functions"] = (() => new Of((_, x) => ((Func<Tensor, Func<Tensor, Tensor>>)(a => b => a + b))(x.relu())(x.tanh())), "Relu Tanh Add"),
            ["module called through an interface"] = (() => new Interfaced(), "Gemm Relu"),
            ["module called through its base class"] = (() => new Of((_, x) => ((Module<Tensor, Tensor>)ReLU()).call(x)), "Relu"),
            ["module's forward called directly"] = (() => new Of((_, x) => ((Module<Tensor, Tensor>)Sigmoid()).forward(x)), "Sigmoid"),
        };

    private static Tensor Soften(Tensor x) => x.sigmoid();

    private static Tensor Apply<T>(T layer, Tensor x)
        where T : IApply => layer.Apply(x);

    private static Tensor Static<T>(Tensor x)
        where T : IStatic => T.Run(x);

    private interface IApply
    {
        Tensor Apply(Tensor x);
    }

    private readonly struct Scaler(int times) : IApply
    {
        public Tensor Apply(Tensor x) => Enumerable.Range(0, times).Aggregate(x, (y, _) => y.sigmoid());
    }

    private abstract class Layer : IApply
    {
        public abstract Tensor Apply(Tensor x);

        public Tensor Twice(Tensor x) => Apply(Apply(x));
    }

    private class Soft : Layer
    {
        public override Tensor Apply(Tensor x) => x.tanh().sigmoid();
    }

    private sealed class Softer : Soft
    {
        public override Tensor Apply(Tensor x) => base.Apply(x).relu();
    }

    private sealed class Hiding : Soft
    {
        private readonly bool _hard = true;

        public new Tensor Apply(Tensor x) => _hard ? x.relu() : x;
    }

    private class Maker
    {
        public virtual Layer Make() => throw new InvalidOperationException();
    }

    private sealed class SoftMaker : Maker
    {
        public override Soft Make() => new();
    }

    private sealed class Raising
    {
        private event Func<Tensor, Tensor>? Computing;

        public Tensor Raise(Tensor x)
        {
            Computing += static y => y.sigmoid();
            Computing += Soften;
            Computing -= Soften;
            Computing += y => y.relu();
            Computing = (Func<Tensor, Tensor>)Computing!.GetInvocationList()[1];
            return Computing(x).tanh();
        }
    }

    private sealed class Holder(Tensor x)
    {
        public Tensor Value => x.tanh();
    }

    private abstract class Visited
    {
        public abstract Tensor Accept<T>(Tensor x, T tag);
    }

    private sealed class Visitor : Visited
    {
        public override Tensor Accept<T>(Tensor x, T tag) => tag is int ? x.relu() : typeof(T) == typeof(string) ? x.tanh() : x;
    }

    private static class Chain<T>
        where T : IApply, new()
    {
        public static class Inner<TNext>
            where TNext : struct
        {
            private static readonly Func<T> Create = () => new T();

            public static Tensor Run(Tensor x) => typeof(TNext).IsValueType ? Create().Apply(x) : x;
        }
    }

    private interface ISource<out T>
    {
        T Get();
    }

    private sealed class Source(Tensor x) : ISource<Tensor>
    {
        public Tensor Get() => x.tanh();
    }

    private interface IStatic
    {
        static virtual Tensor Run(Tensor x) => x.relu();
    }

    private readonly struct Twofold : IStatic
    {
        public static Tensor Run(Tensor x) => x.sigmoid().tanh();
    }

    private interface IBlock
    {
        Tensor Core(Tensor x);

        Tensor Run(Tensor x) => Core(x).sigmoid();
    }

    private class Block : IBlock
    {
        Tensor IBlock.Core(Tensor x) => x.relu();
    }

    private sealed class Block2 : Block, IBlock
    {
        public Tensor Core(Tensor x) => x.tanh();
    }

    private sealed class Precomputed
    {
        private readonly Tensor _first;

        public Precomputed(Tensor x)
            : this(x.relu(), true) => Result = _first.tanh();

        private Precomputed(Tensor x, bool keep) => Result = _first = keep ? x : null!;

        public Tensor Result { get; }
    }

    private static class Table
    {
        public static readonly Tensor Values;

        static Table() => Values = arange(4, ScalarType.Float32).view(1, 4);
    }

    private static Tensor OnThread(Tensor x)
    {
        Tensor? result = null;
        var thread = new Thread(() => result = x.tanh());
        thread.Start();
        thread.Join();
        return result!;
    }

    private sealed class ByName : IComparer<string>, IEqualityComparer<string>
    {
        public int Compare(string? x, string? y) => string.CompareOrdinal(y, x);

        public bool Equals(string? x, string? y) => x == y;

        public int GetHashCode(string obj) => obj.Length;
    }

    private static Tensor Sorted(Tensor x)
    {
        var layers = new SortedDictionary<string, Func<Tensor, Tensor>>(new ByName()) { ["relu"] = y => y.relu(), ["sigmoid"] = y => y.sigmoid() };
        return layers.Values.Aggregate(x, (y, f) => f(y));
    }

    private sealed class Bag(Tensor x) : IEnumerable<Tensor>
    {
        public IEnumerator<Tensor> GetEnumerator()
        {
            yield return x.relu();
            yield return x.tanh();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private static IEnumerable<Tensor> Steps(Tensor x)
    {
        try
        {
            yield return x = x.relu();
            foreach (var step in new Func<Tensor, Tensor>[] { y => y.sigmoid(), y => y.tanh() })
                yield return x = step(x);
        }
        finally
        {
            x.ToString();
        }
    }

    private static Tensor ByHand(Tensor x)
    {
        using var steps = Steps(x).GetEnumerator();
        steps.MoveNext();
        steps.MoveNext();
        return steps.Current;
    }

    private ref struct Counter(int count)
    {
        private int _left = count;

        public readonly int Current => _left;

        public readonly Counter GetEnumerator() => this;

        public bool MoveNext() => _left-- > 0;
    }

    private static Tensor Patterned(Tensor x)
    {
        foreach (var _ in new Counter(2))
            x = x.sigmoid();
        return x;
    }

    private static Func<Tensor, Tensor> Pipeline(params Func<Tensor, Tensor>[] steps) => steps.Aggregate((f, g) => x => g(f(x)));

    private interface ILayer
    {
        Tensor call(Tensor x);
    }

    private sealed class Dense : Module<Tensor, Tensor>, ILayer
    {
        private readonly Linear inner = Linear(4, 3);

        public Dense()
            : base("dense") => RegisterComponents();

        public override Tensor forward(Tensor input) => inner.call(input).relu();
    }

    private sealed class Interfaced : Module<Tensor, Tensor>
    {
        private readonly Dense dense = new();

        public Interfaced()
            : base("interfaced") => RegisterComponents();

        public override Tensor forward(Tensor input) => ((ILayer)dense).call(input);
    }
}
