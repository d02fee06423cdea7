namespace MLPipeline.Models.Tests.Fixtures;

/// <summary>What torchvision says about one of its networks: written by tests/peers/torchvision_networks.py.</summary>
internal sealed record ExpectedNetwork(long Parameters, IReadOnlyList<string> State)
{
    private static readonly string[] OfBatchNorm = ["weight", "bias", "running_mean", "running_var"];

    public static ExpectedNetwork Read(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Expected", $"{name}.txt")).Select(l => l.Split(' ')).ToList();
        return new ExpectedNetwork(long.Parse(lines[0][1]), [.. lines.Skip(1).SelectMany(Entries).Order(StringComparer.Ordinal)]);
    }

    private static IEnumerable<string> Entries(string[] line) => line switch
    {
        ["tensor", var key, var shape] => [$"{key} {shape}"],
        ["batchnorm", var key, var width] => [.. OfBatchNorm.Select(n => $"{key}.{n} {width}"), $"{key}.num_batches_tracked scalar"],
        _ => throw new FormatException($"The line '{string.Join(' ', line)}' is neither a tensor nor a batch norm."),
    };
}
