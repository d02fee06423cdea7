using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Tracing;

/// <summary>
/// Tensors that go where the recorder can't follow. Shapes are fixed, and the examples make what is lost the same in every run: comparing
/// runs can't find the loss, and a frozen constant would pass verification.
/// </summary>
public class LossTests
{
    private static readonly OnnxExportOptions Fixed = new() { DynamicAxes = new Dictionary<int, IReadOnlyDictionary<int, string>>() };

    private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new()
    {
        ["array"] = x => stack([x, -x]).sum(0) + x,
        ["list"] = x => hstack(new List<Tensor> { x, x }),
        ["sequence"] = x => vstack(Enumerable.Repeat(x, 2).ToList()),
        ["span"] = x => dstack(x, x),
        ["index by tensor"] = x => ones(3, 3)[x.abs().sum(1).to(ScalarType.Int64).clamp(0, 2)],
        ["condition"] = x => where(x > 0, x, x * 2),
        ["set by mask"] = x => zeros_like(x).index_put_(ones(1), (x > 0.5)),
        ["einsum"] = x => einsum("ij,kj->ik", x, x),
        ["multi_dot"] = x => linalg.multi_dot([x, x.t(), x]),
        ["meshgrid"] = x => meshgrid([x[0], x[1]])[0],
        ["block_diag"] = x => block_diag(x, x),
        ["cartesian_prod"] = x => cartesian_prod(x[0], x[1]),
        ["broadcast_tensors"] = x => broadcast_tensors(x, ones(1, 4))[0],
        ["parameter made on the way"] = x => Parameter(x.clone()).exp(),
        ["pointer given away"] = x => Tensor.UnsafeCreateTensor(x.clone().DecoupleFromNativeHandle()).exp(),
        ["pointer in a field"] = x => linalg.householder_product(x, x[0]),
        ["sequence of the user's"] = x => stack(Lazily(x)),
        ["tensor in a constructor"] = x => new TorchSharp.Modules.Normal(x, ones(1)).mean,
        ["distribution's function"] = x => new TorchSharp.Modules.Normal(x, ones(1)).log_prob(zeros(1)),
        ["data type asked by number"] = x => x.to_type(ScalarType.Int32),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_goes_out_of_sight_is_refused_or_right(string name)
    {
        // The function gets zeros from inputs like the examples; the inputs of the comparison are others.
        using var scope = NewDisposeScope();
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => Functions[name]((x - 1000).relu()));
        try
        {
            folder.Export(module, [2, 4], Fixed);
        }
        catch (ExportException refusal)
        {
            Assert.NotEmpty(refusal.Problems);
            return;
        }

        folder.AssertSameNumbers(module, [ExportFolder.Example(2, 4) * 5000], Tolerance.Default);
    }

    private static IEnumerable<Tensor> Lazily(Tensor x)
    {
        yield return x;
        yield return x.exp();
    }

    [Fact]
    public void Operator_that_gets_its_tensors_in_an_array_is_named()
    {
        using var folder = new ExportFolder();
        using var module = Sequential(("pair", Sequential(("inner", new Of((_, x) => nn.utils.rnn.pack_sequence([(x - 1000).relu(), x]).data)))));
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 4], Fixed));
        Assert.Contains(error.Problems, p => p.StartsWith("rnn.pack_sequence has no ONNX converter", StringComparison.Ordinal) && p.Contains("at pair.inner ("));
    }

    [Fact]
    public void Operators_after_a_loss_are_listed_too()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => nn.utils.rnn.pack_sequence([linalg.pinv(linalg.pinv(x)), x]).data);
        var error = Assert.Throws<ExportException>(() => folder.Export(module, [2, 4]));
        Assert.All(["linalg.pinv", "rnn.pack_sequence"], name => Assert.Contains(error.Problems, p => p.StartsWith(name, StringComparison.Ordinal)));
    }

    [Fact]
    public void Pointers_of_constants_may_go_anywhere()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => x + block_diag(ones(1, 2), ones(1, 2)));
        folder.Export(module, [2, 4], Fixed);
        Assert.Equal("Add", folder.Operators());
    }

    [Fact]
    public void Pointers_looked_at_are_no_loss()
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => x.Handle == 0 || x.Handle == x.relu().Handle ? x : x.sigmoid() + block_diag(ones(1, 2), ones(1, 2)));
        folder.Export(module, [2, 4], Fixed);
        Assert.Equal("Sigmoid Add", folder.Operators());
    }
}
