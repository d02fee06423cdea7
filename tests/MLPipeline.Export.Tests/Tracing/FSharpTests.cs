using System.Diagnostics;
using System.Reflection;
using MLPipeline.Export.Tests.Fixtures;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Tracing;

/// <summary>Modules written in F#, in an optimised assembly without symbols. It is loaded by name: C# tools do not read F# projects.</summary>
public class FSharpTests
{
    private static readonly Assembly Networks = Assembly.Load("ModulesInFSharp");

    private static readonly Tuple<string, Func<nn.Module<Tensor, Tensor>>, string>[] All =
        (Tuple<string, Func<nn.Module<Tensor, Tensor>>, string>[])Networks.GetType("ModulesInFSharp.FSharpNetworks", throwOnError: true)!.GetProperty("all")!.GetValue(null)!;

    public static TheoryData<string> Names => [.. All.Select(n => n.Item1)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Module_in_FSharp_is_followed(string name)
    {
        using var folder = new ExportFolder();
        var (_, create, operators) = All.Single(n => n.Item1 == name);
        using var module = create();
        folder.Export(module, [2, 4], new OnnxExportOptions { BatchSizes = [7] });
        Assert.Equal(operators, folder.Operators());
    }

    [Fact]
    public void Assembly_has_no_symbols_and_is_optimised()
    {
        Assert.False(File.Exists(Path.ChangeExtension(Networks.Location, ".pdb")));
        Assert.DoesNotContain(Networks.GetCustomAttributes<DebuggableAttribute>(), d => d.IsJITOptimizerDisabled);
    }
}
