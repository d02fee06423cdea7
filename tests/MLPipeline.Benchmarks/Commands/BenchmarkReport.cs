using System.Text.Json;
using MLPipeline.Benchmarks.Measuring;

namespace MLPipeline.Benchmarks.Commands;

/// <summary>Prints the machine once and then one line for each result, for people or as JSON.</summary>
internal sealed class BenchmarkReport(bool json)
{
    private bool _begun;

    /// <summary>Says what the numbers are measured on; only the first call does.</summary>
    /// <param name="peer">The other side's versions.</param>
    public void Begin(string peer)
    {
        if (_begun)
            return;
        _begun = true;
        var machine = Machine.Read();
        Line($"{machine}{Environment.NewLine}{peer}", new { benchmark = "machine", machine, peer });
    }

    /// <summary>One result.</summary>
    /// <param name="text">For people.</param>
    /// <param name="data">As JSON.</param>
    public void Line(string text, object data) => Console.WriteLine(json ? JsonSerializer.Serialize(data, JsonSerializerOptions.Web) : text);
}
