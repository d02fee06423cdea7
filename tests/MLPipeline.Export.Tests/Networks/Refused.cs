using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>Networks whose file would answer wrongly, each taking [N,4], with what the refusal must say.</summary>
internal static class Refused
{
    /// <summary>The networks by name, with parts of the message.</summary>
    public static IReadOnlyDictionary<string, (Func<Module<Tensor, Tensor>> Create, string[] Says)> All { get; } =
        new Dictionary<string, (Func<Module<Tensor, Tensor>>, string[])>
        {
            ["item"] = (() => new Of((_, x) => x * x.mean().item<float>()), ["item", "reads elements of a traced tensor"]),
            ["ToSingle"] = (() => new Of((_, x) => x.mean().ToSingle() > 0 ? x : x.relu()), ["reads elements of a traced tensor"]),
            ["loop over data"] = (() => new Of((_, x) => x * x.data<float>().Sum()), ["reads elements of a traced tensor"]),
            ["loop over the batch"] = (
                () => new Of((_, x) => Enumerable.Range(0, (int)x.shape[0]).Aggregate(x, (y, _) => y.relu())),
                ["2 operators at batch 2", "loop over a symbolic axis"]),
            ["branch on the batch"] = (() => new Of((_, x) => x.shape[0] == 1 ? x.relu() : x.sigmoid()), ["different things at batch 2 and batch 1"]),
            ["branch on the batch to another overload"] = (
                () => new Of((_, x) => x.shape[0] == 1 ? x + 1 : x + x), ["different things at batch 2 and batch 1"]),
            ["function of a length that can't be written"] = (
                () => new Of((_, x) => x * Math.Sin(x.shape[0])), [" is 0.909", "at batch 2", "no function of the symbolic lengths"]),
            ["random numbers"] = (() => new Of((_, x) => x + randn(4)), ["differs from run to run"]),
            ["output that is a number of lengths"] = (() => new Of((_, x) => tensor((float)x.shape[0])), ["output", "differs from run to run"]),
            ["state in a small tensor"] = (() => new TensorCounter(), ["an argument", "differs from run to run"]),
            ["state in a field"] = (() => new Counter(), ["no function of the symbolic lengths"]),
            ["state in a buffer"] = (() => new CountingBuffer(), ["changes count while the network runs"]),
            ["dropout in evaluation"] = (() => new Of((_, x) => functional.dropout(x, 0.5, training: true)), ["drops elements at random"]),
            ["batch statistics"] = (() => Sequential(("bn", BatchNorm1d(4, track_running_stats: false))), ["at bn", "track_running_stats"]),
            ["in-place operator on another view"] = (() => new ViewOverwritten(), ["changed it in place through another view"]),
            ["state made of an earlier input"] = (() => new Remembering(), ["holds what an earlier run made of its own input"]),
            ["state made of the first input"] = (() => new Calibrated(), ["holds what an earlier run made of its own input"]),
            ["state in a list"] = (() => new Growing(), ["holds what an earlier run made of its own input"]),
            ["state in a parameter, by native code"] = (() => new Shrinking(), ["changes weight while the network runs"]),
            ["branch on how many are kept"] = (() => new Of((_, x) => Kept(x)), ["get_shape reads the shape of a tensor whose shape depends on what the inputs hold", "Refused.Kept"]),
            ["branch on the number of elements kept"] = (() => new Of((_, x) => x.masked_select(x > 1e9).numel() == 0 ? x.relu() : x), ["numel reads the shape"]),
            ["number of elements that are not zero"] = (() => new Of((_, x) => x.sum(1) / x.ne(0).nonzero().size(0)), ["size reads the shape"]),
            ["output that no input reaches"] = (() => new Of((_, x) => ones(1, 6) + x.shape[1]), ["no output depends on any input"]),
            ["order of a comparer that reads"] = (() => new Of((_, x) => Sorted(x)), ["reads elements of a traced tensor", "ByScore.Compare"]),
            ["equality of a comparer that reads"] = (
                () => new Of((_, x) => new[] { x, x.relu() }.Distinct(new ByScore()).Aggregate(x, (y, z) => y + z)), ["reads elements of a traced tensor", "ByScore.GetHashCode"]),
            ["cache made by code that can't be followed"] = (() => new CachedBlindly(), ["holds what an earlier run made"]),
            ["async iterator"] = (() => new Of((_, x) => First(Pieces(x))), ["Pieces is async"]),
            ["function pointer"] = (() => new Of((_, x) => ThroughPointer(x)), ["ThroughPointer calls through a function pointer"]),
            ["expression compiled at run time"] = (() => new Of((_, x) => Compile()(x)), ["code compiled at run time"]),
            ["expression compiled at run time, handed to LINQ"] = (() => new Of((_, x) => new[] { x }.Select(Compile()).First()), ["code compiled at run time"]),
            ["dynamic"] = (() => new Of((_, x) => Dynamic(x)), ["dynamic can't be traced"]),
            ["dynamic that reads"] = (() => new Of((_, x) => x * (float)((dynamic)x.relu()).shape[1]), ["dynamic can't be traced"]),
            ["object made by reflection"] = (() => new Of((_, x) => ((Made)Activator.CreateInstance(typeof(Made), x)!).Value + x), ["made by code that can't be followed"]),
            ["native code of the user's"] = (() => new Of((_, x) => x + Absolute(x.Handle)), ["no ONNX converter (native labs)"]),
            ["async"] = (() => new Of((_, x) => Later(x).GetAwaiter().GetResult()), ["Refused.Later is async"]),
        };

    private static Func<Tensor, Tensor> Compile() => ((System.Linq.Expressions.Expression<Func<Tensor, Tensor>>)(x => x.relu())).Compile();

    private static Tensor Dynamic(dynamic x) => x.relu();

    [System.Runtime.InteropServices.DllImport("libc")]
    private static extern nint labs(nint pointer);

    private static float Absolute(nint pointer) => labs(pointer) == 0 ? 1 : 2;

    private static unsafe Tensor ThroughPointer(Tensor x)
    {
        delegate*<Tensor, Tensor> f = &Softened;
        return f(x);
    }

    private static Tensor Softened(Tensor x) => x.sigmoid();

    private static Tensor Kept(Tensor x)
    {
        var keep = (x.sum(1) > 1e9).nonzero().squeeze(1);
        return keep.shape[0] == 0 ? x.relu() : x[keep];
    }

    private static Tensor Sorted(Tensor x)
    {
        var parts = new List<Tensor> { x.relu(), x.tanh() };
        parts.Sort(new ByScore());
        return cat(parts, 1);
    }

    private sealed class ByScore : IComparer<Tensor>, IEqualityComparer<Tensor>
    {
        public int Compare(Tensor? x, Tensor? y) => x!.sum().item<float>().CompareTo(y!.sum().item<float>());

        public bool Equals(Tensor? x, Tensor? y) => ReferenceEquals(x, y);

        public int GetHashCode(Tensor obj) => (int)obj.sum().item<float>();
    }

    private static async IAsyncEnumerable<Tensor> Pieces(Tensor x)
    {
        await Task.Yield();
        yield return x.relu();
    }

    private static Tensor First(IAsyncEnumerable<Tensor> tensors)
    {
        var pieces = tensors.GetAsyncEnumerator();
        return pieces.MoveNextAsync().AsTask().GetAwaiter().GetResult() ? pieces.Current : throw new InvalidOperationException();
    }

    private sealed class Made(Tensor x)
    {
        public readonly Tensor Value = x.relu();
    }

    private static async Task<Tensor> Later(Tensor x)
    {
        await Task.Yield();
        return x.relu();
    }

    /// <summary>Two operators without a converter and one that can't be expressed, each in a submodule of its own.</summary>
    public static Module<Tensor, Tensor> SeveralProblems() => Sequential(
        ("first", new Of((_, x) => x.histc(10))),
        ("second", Sequential(("inner", new Of((_, x) => x.nextafter(x))))),
        ("third", new Of((_, x) => x.histc(5))));

    private sealed class CachedBlindly() : Module<Tensor, Tensor>("cached")
    {
        private Tensor? _first;

        public override Tensor forward(Tensor input) => input + (_first ??= Compile()(input.mean()));
    }

    private sealed class Counter() : Module<Tensor, Tensor>("counter")
    {
        private int _calls;

        public override Tensor forward(Tensor input) => input * ++_calls;
    }

    private sealed class TensorCounter() : Module<Tensor, Tensor>("counter")
    {
        private int _calls;

        public override Tensor forward(Tensor input) => input * tensor(++_calls);
    }

    private sealed class Remembering() : Module<Tensor, Tensor>("remembering")
    {
        private Tensor? _last;

        public override Tensor forward(Tensor input)
        {
            var result = (_last?.relu() ?? input).mean() + input;
            _last = input.relu();
            return result;
        }
    }

    private sealed class Calibrated() : Module<Tensor, Tensor>("calibrated")
    {
        private Tensor? _scale;

        public override Tensor forward(Tensor input) => input / (_scale ??= (input * 0 + 2).mean());
    }

    private sealed class Growing() : Module<Tensor, Tensor>("growing")
    {
        private readonly List<Tensor> _seen = [];

        public override Tensor forward(Tensor input)
        {
            _seen.Insert(0, input.mean());
            return input + _seen[^1];
        }
    }

    private sealed class Shrinking : Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Parameter weight = Parameter(ones(4));

        public Shrinking()
            : base("shrinking") => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            weight.erfinv_();
            return input * weight;
        }
    }

    private sealed class CountingBuffer : Module<Tensor, Tensor>
    {
        private readonly Tensor count = zeros(1);

        public CountingBuffer()
            : base("counting")
        {
            register_buffer("count", count);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input + count.add_(1);
    }

    private sealed class ViewOverwritten() : Module<Tensor, Tensor>("view")
    {
        public override Tensor forward(Tensor input)
        {
            var x = input.relu();
            var view = x.unsqueeze(1).expand(-1, 2, -1);
            x.add_(1);
            return view.sigmoid();
        }
    }
}
