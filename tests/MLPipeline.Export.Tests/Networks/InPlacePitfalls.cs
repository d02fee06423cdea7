using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Networks;

/// <summary>Values changed under their names, each network taking [N,4]: what is read afterwards must be the new value, or what never changed.</summary>
internal static class InPlacePitfalls
{
    /// <summary>The networks by name.</summary>
    public static IReadOnlyDictionary<string, Func<Tensor, Tensor>> All { get; } = new Dictionary<string, Func<Tensor, Tensor>>
    {
        ["written back to the variable"] = x => x.relu().add_(1).mul_(2),
        ["result not taken"] = x => { var y = x.relu(); y.add_(1); return y; },
        ["operand keeps its value"] = x => { var y = x.relu(); var z = y.sigmoid(); y.add_(z); return y + z; },
        ["compound assignment makes a new tensor"] = x => { var y = x.relu(); var z = y; y += 1; return y * z; },
        ["alias sees the change"] = x => { var y = x.relu(); var z = y.alias(); z.add_(1); return y * 2 + z; },
        ["detached alias sees the change"] = x => { var y = x.relu(); var z = y.detach(); y.sub_(1); return z; },
        ["clone does not"] = x => { var y = x.relu(); var z = y.clone(); y.add_(1); return y * z; },
        ["twice"] = x => { var y = x.clone(); y.add_(y); y.mul_(y); return y; },
        ["with itself as argument"] = x => { var y = x.sigmoid(); return y.mul_(y).add_(y); },
        ["on the input, which the caller sees"] = x => { x.mul_(2); return x + 1; },
        ["through a function"] = x => { var y = x.relu(); Bump(y); return y; },
        ["in an array"] = x => { Tensor[] all = [x.relu(), x.tanh()]; foreach (var y in all) y.add_(1); return all[0] + all[1]; },
        ["in a loop"] = x => { var y = x.tanh(); for (var i = 0; i < 3; i++) y.mul_(2).sub_(1); return y; },
        ["functional with inplace"] = x => { var y = x * 2; functional.relu(y, inplace: true); return y; },
        ["module with inplace"] = x => { var y = x * 2; ReLU(inplace: true).call(y); return y + 1; },
        ["of a constant that is made anew"] = x => x + ones(4).add_(1).mul_(3),
        ["constant changed between two uses"] = x => { var c = ones(4); var y = x + c; c.add_(1); return y * c; },
        ["of a constant by a value"] = x => { var c = ones(2, 4).sum(0); return x.tanh().add_(c); },
        ["type kept"] = x => { var y = x.relu(); y.add_(arange(4)); return y; },
    };

    private static void Bump(Tensor y) => y.add_(1);
}
