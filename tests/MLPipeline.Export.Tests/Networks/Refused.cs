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
            ["async"] = (() => new Of((_, x) => Later(x).GetAwaiter().GetResult()), ["Refused.Later is async"]),
        };

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
            var view = x.view(-1, 2);
            x.add_(1);
            return view.sigmoid();
        }
    }
}
