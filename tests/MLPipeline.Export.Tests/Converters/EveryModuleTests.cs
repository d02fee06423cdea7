using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Converters;

/// <summary>Every class of modules that TorchSharp has: a new one without a case fails here.</summary>
public class EveryModuleTests
{
    private const int Opset = 17;

    public static TheoryData<string> Classes => new(typeof(nn.Module).Assembly.GetExportedTypes()
        .Where(t => typeof(nn.Module).IsAssignableFrom(t) && !t.IsAbstract && t.Namespace == "TorchSharp.Modules")
        .Select(t => t.Name.Split('`')[0]).Distinct().Order());

    [Theory]
    [MemberData(nameof(Classes))]
    public void Module_exports_or_is_refused_with_a_reason(string name)
    {
        Assert.True(ModuleCases.All.TryGetValue(name, out var module), $"{name} has neither a case nor a reason.");
        switch (module)
        {
            case ModuleCase.Exports exports:
                exports.Case.Check(Opset);
                break;
            case ModuleCase.Refused refused:
                var e = Assert.Throws<ExportException>(() => refused.Case.Check(Opset));
                Assert.Contains(e.Problems, p => p.Contains(refused.Reason, StringComparison.Ordinal));
                break;
        }
    }

    [Fact]
    public void Nearly_all_modules_that_mean_something_at_inference_export()
    {
        var meaningful = ModuleCases.All.Where(c => c.Value is not ModuleCase.Nothing && !c.Key.EndsWith("Loss", StringComparison.Ordinal)).ToList();
        Assert.InRange(meaningful.Count(c => c.Value is ModuleCase.Exports), 0.95 * meaningful.Count, meaningful.Count);
    }

    [Fact]
    public void No_case_is_of_a_class_that_is_gone() => Assert.Empty(ModuleCases.All.Keys.Except(Classes.Select(r => r.Data)));
}
