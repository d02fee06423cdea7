using MLPipeline.Export.Tests.Fixtures;

namespace MLPipeline.Export.Tests.Tracing;

/// <summary>Modules written in F#, in an optimised assembly without symbols.</summary>
public class FSharpTests
{
    public static TheoryData<string> Names => [.. FSharpNetworks.all.Select(n => n.Item1)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Module_in_FSharp_is_followed(string name)
    {
        using var folder = new ExportFolder();
        var (_, create, operators) = FSharpNetworks.all.Single(n => n.Item1 == name);
        using var module = create();
        folder.Export(module, [2, 4], new OnnxExportOptions { BatchSizes = [7] });
        Assert.Equal(operators, folder.Operators());
    }

    [Fact]
    public void Assembly_has_no_symbols_and_is_optimised()
    {
        var assembly = typeof(FSharpNetworks).Assembly;
        Assert.False(File.Exists(Path.ChangeExtension(assembly.Location, ".pdb")));
        Assert.DoesNotContain(assembly.GetCustomAttributes(false).OfType<System.Diagnostics.DebuggableAttribute>(), d => d.IsJITOptimizerDisabled);
    }
}
