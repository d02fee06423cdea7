using System.Runtime.CompilerServices;
using MLPipeline.Export.Coverage;

namespace MLPipeline.Export.Tests.Coverage;

public sealed class CoverageReportTests
{
    private static readonly Lazy<CoverageReport> Report = new(CoverageReport.Create);

    private static IReadOnlyList<CoverageEntry> All => [.. Report.Value.Modules, .. Report.Value.Functions];

    [Theory]
    [InlineData("functional", "conv2d", CoverageStatus.Exported)]
    [InlineData("Tensor", "add_", CoverageStatus.Exported)]
    [InlineData("modules", "LSTM", CoverageStatus.Exported)]
    [InlineData("modules", "ReLU", CoverageStatus.Descends)]
    [InlineData("modules", "BatchNorm2d", CoverageStatus.Descends)]
    [InlineData("torch", "add", CoverageStatus.Descends)]
    [InlineData("torch.linalg", "svd", CoverageStatus.Refused)]
    [InlineData("modules", "MSELoss", CoverageStatus.LeftOut)]
    [InlineData("torch.fft", "rfft", CoverageStatus.LeftOut)]
    [InlineData("torch", "randn", CoverageStatus.LeftOut)]
    public void A_method_fares_as_its_code_says(string family, string name, CoverageStatus status) =>
        Assert.Equal(status, Assert.Single(All, entry => entry.Family == family && entry.Name == name).Status);

    [Fact]
    public void What_is_refused_or_left_out_has_its_reason_and_every_reason_leaves_something_out()
    {
        Assert.All(All, entry => Assert.Equal(entry.Status is CoverageStatus.Refused or CoverageStatus.LeftOut, entry.Reason.Length > 0));
        Assert.All(Exclusions.Reasons, reason => Assert.Contains(All, entry => entry.Reason == reason));
    }

    [Fact]
    public void At_least_95_of_100_modules_and_80_of_100_functions_can_be_exported()
    {
        Assert.InRange(CoverageReport.Share(Report.Value.Modules), 0.95, 1);
        Assert.InRange(CoverageReport.Share(Report.Value.Functions), 0.80, 1);
        // So many that no mistake in what is counted could go unseen.
        Assert.InRange(Report.Value.Modules.Count(entry => entry.Status != CoverageStatus.LeftOut), 90, 130);
        Assert.InRange(Report.Value.Functions.Count(entry => entry.Status != CoverageStatus.LeftOut), 900, 1200);
    }

    /// <summary>After a wanted change: run with MLPIPELINE_ACCEPT_COVERAGE=1, or 'mlpipeline coverage --output COVERAGE.md', and read the difference.</summary>
    [Fact]
    public void The_file_in_the_repository_is_up_to_date()
    {
        var file = Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "..", "COVERAGE.md");
        if (Environment.GetEnvironmentVariable("MLPIPELINE_ACCEPT_COVERAGE") == "1")
            File.WriteAllText(file, Report.Value.ToMarkdown());

        Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), Report.Value.ToMarkdown());

        static string Here([CallerFilePath] string path = "") => path;
    }
}
