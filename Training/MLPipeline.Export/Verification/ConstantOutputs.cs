using static TorchSharp.torch;

namespace MLPipeline.Export.Verification;

/// <summary>Watches for outputs that are the same whatever goes in: a comparison of those proves little of the network behind them.</summary>
internal sealed class ConstantOutputs
{
    private const int Enough = 4096;
    private readonly Dictionary<int, double[]> _first = [];
    private readonly HashSet<int> _differ = [];
    private int _samples;

    /// <summary>The outputs that were the same in all of at least two samples.</summary>
    public IEnumerable<int> Found => _samples < 2 ? [] : _first.Keys.Where(output => !_differ.Contains(output)).Order();

    /// <summary>Looks at what the module gave. Samples are of other lengths: what they have in common is compared.</summary>
    public void Add(IReadOnlyList<Tensor> outputs)
    {
        using var scope = NewDisposeScope();
        _samples++;
        for (var i = 0; i < outputs.Count; i++)
        {
            if (_differ.Contains(i))
                continue;
            var seen = outputs[i].detach().cpu().flatten();
            var numbers = seen.narrow(0, 0, Math.Min(Enough, seen.numel())).to(ScalarType.Float64).data<double>().ToArray();
            if (numbers.Length == 0 || !_first.TryAdd(i, numbers) && !_first[i].Zip(numbers).All(pair => pair.First.Equals(pair.Second)))
                _differ.Add(i);
        }
    }
}
