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
}
