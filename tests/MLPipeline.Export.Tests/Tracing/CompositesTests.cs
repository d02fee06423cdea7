using MLPipeline.Export.Tests.Fixtures;
using MLPipeline.Export.Tests.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLPipeline.Export.Tests.Tracing;

/// <summary>Functions of TorchSharp that are managed code over others: they are entered until an operator is met. Verification compares the numbers.</summary>
public class CompositesTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new()
    {
        ["torch.sigmoid"] = x => sigmoid(x),
        ["torch.tanh"] = x => tanh(x),
        ["torch.exp"] = x => exp(x),
        ["torch.add"] = x => add(x, x.relu()),
        ["torch.mul"] = x => mul(x, 2),
        ["torch.sub"] = x => sub(x, x.relu()),
        ["torch.abs"] = x => abs(x),
        ["torch.flatten"] = x => flatten(x.view(-1, 2, 2), 1),
        ["torch.unsqueeze"] = x => unsqueeze(x, 1).tanh(),
        ["torch.matmul"] = x => matmul(x, ones(4, 3)),
        ["torch.softmax"] = x => softmax(x, 1),
        ["torch.mean"] = x => mean(x, [1]),
        ["functional.relu"] = x => functional.relu(x),
        ["functional.sigmoid"] = x => functional.sigmoid(x),
        ["functional.linear"] = x => functional.linear(x, ones(3, 4)),
        ["Sequential.forward"] = x => Sequential(ReLU(), Sequential(Tanh(), Identity())).forward(x),
        ["operators"] = x => -((x + 1) * (2 - x) / (x * x + 1)),
    };

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Composite_is_entered(string name)
    {
        using var folder = new ExportFolder();
        using var module = new Of((_, x) => Functions[name](x));
        Assert.NotEmpty(folder.Export(module, [2, 4], new OnnxExportOptions { BatchSizes = [7] }).Verification);
    }
}
