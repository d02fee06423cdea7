using System.Runtime.CompilerServices;
using MLPipeline.Cli.Commands;
using MLPipeline.Cli.Tests.Fixtures;

namespace MLPipeline.Cli.Tests.Commands;

public sealed class HelpTests
{
    public static TheoryData<string> Commands =>
        [.. CommandLine.Create().Subcommands.Select(command => command.Name).Prepend("mlpipeline")];

    /// <summary>After a wanted change: run with MLPIPELINE_ACCEPT_HELP=1, and read the difference.</summary>
    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_is_the_expected_page(string command)
    {
        var help = await Shell.RunAsync(command == "mlpipeline" ? ["--help"] : [command, "--help"]);

        var expected = ExpectedFile(command);
        if (Environment.GetEnvironmentVariable("MLPIPELINE_ACCEPT_HELP") == "1")
            await File.WriteAllTextAsync(expected, help.Output, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Ok, help.ExitCode);
        Assert.Empty(help.Error);
        Assert.Equal(await File.ReadAllTextAsync(expected, TestContext.Current.CancellationToken), help.Output);
    }

    [Fact]
    public async Task Every_example_parses()
    {
        var root = CommandLine.Create();
        foreach (var command in root.Subcommands)
        {
            var examples = Assert.IsAssignableFrom<IHaveExamples>(command).Examples;
            Assert.NotEmpty(examples);
            foreach (var example in examples)
                Assert.Empty(root.Parse(example.Split("    ")[0]).Errors);
        }
        Assert.Equal(ExitCode.Ok, (await Shell.RunAsync("--version")).ExitCode);
    }

    private static string ExpectedFile(string command, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "Expected", $"help-{command}.verified.txt");
}
