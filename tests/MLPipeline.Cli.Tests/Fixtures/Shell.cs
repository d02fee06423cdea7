namespace MLPipeline.Cli.Tests.Fixtures;

/// <summary>The command line inside the test's own process.</summary>
internal static class Shell
{
    /// <summary>What came of a command line.</summary>
    internal sealed record Outcome(int ExitCode, string Output, string Error)
    {
        public string LastLine => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
    }

    public static async Task<Outcome> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CommandLine.RunAsync(args, output, error, TestContext.Current.CancellationToken);
        return new Outcome(code, output.ToString(), error.ToString());
    }

    /// <summary>One clear line, and no stack trace.</summary>
    public static void AssertFails(Outcome outcome, int exitCode, params string[] words)
    {
        Assert.Equal(exitCode, outcome.ExitCode);
        var last = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Last(line => line.StartsWith("mlpipeline: ", StringComparison.Ordinal));
        Assert.All(words, word => Assert.Contains(word, last, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("   at ", outcome.Error);
        Assert.DoesNotContain("--verbose", last);
    }
}
