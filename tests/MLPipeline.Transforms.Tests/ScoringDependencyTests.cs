using System.Reflection;
using System.Text.Json;

namespace MLPipeline.Transforms.Tests;

/// <summary>An app that only scores carries no training library: neither by package nor by reference.</summary>
public sealed class ScoringDependencyTests
{
    private static readonly string[] Forbidden = ["torch", "MLPipeline.Training", "MLPipeline.Models", "MLPipeline.Export"];

    [Fact]
    public void What_restores_for_scoring_holds_no_TorchSharp()
    {
        // This executable references Transforms and native ONNX Runtime, so its list holds theirs.
        var path = Path.ChangeExtension(typeof(ScoringDependencyTests).Assembly.Location, ".deps.json");
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var libraries = document.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name).ToArray();

        Assert.Contains(libraries, name => name.StartsWith("MLPipeline.Transforms/", StringComparison.Ordinal));
        Assert.Contains(libraries, name => name.StartsWith("Microsoft.ML.OnnxRuntime.Managed/", StringComparison.Ordinal));
        Assert.DoesNotContain(libraries, IsForbidden);
    }

    [Theory]
    [InlineData("MLPipeline.Transforms", "MLPipeline.Inference")]
    [InlineData("MLPipeline.Inference", "Microsoft.ML.OnnxRuntime")]
    public void What_scoring_refers_to_holds_no_training(string assembly, string expected)
    {
        var references = Assembly.Load(assembly).GetReferencedAssemblies().Select(name => name.Name!).ToArray();

        Assert.Contains(expected, references);
        Assert.DoesNotContain(references, IsForbidden);
    }

    private static bool IsForbidden(string name) =>
        Forbidden.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
}
