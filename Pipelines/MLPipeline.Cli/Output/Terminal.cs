using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace MLPipeline.Cli.Output;

/// <summary>
/// Where a command writes. Results go to standard output, for people or, with <c>--json</c>, as one JSON object a line;
/// progress always goes to standard error.
/// </summary>
internal sealed class Terminal : IProgress<string>
{
    /// <summary>A reader that is no terminal has no width: lines are as long as they are.</summary>
    private const int WidthWithoutTerminal = 1000;

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly TextWriter _output;

    private Terminal(TextWriter output, TextWriter error, bool json)
    {
        _output = output;
        Json = json;
        Results = Console(output);
        Progress = Console(error);
    }

    /// <summary>Whether results are wanted as JSON.</summary>
    public bool Json { get; }

    /// <summary>Standard output, for people.</summary>
    public IAnsiConsole Results { get; }

    /// <summary>Standard error: what is going on.</summary>
    public IAnsiConsole Progress { get; }

    /// <summary>Whether progress is seen on a terminal that can redraw.</summary>
    public bool IsLive => Progress.Profile.Out.IsTerminal && Progress.Profile.Capabilities.Ansi;

    /// <summary>The writers of this invocation.</summary>
    public static Terminal Of(ParseResult parsed, bool json) =>
        new(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, json);

    /// <summary>Says what is going on.</summary>
    public void Say(string line) => Progress.WriteLine(line);

    void IProgress<string>.Report(string value) => Say(value);

    /// <summary>Writes a result: as one line of JSON, or as people like it.</summary>
    /// <param name="data">What the JSON object holds.</param>
    /// <param name="show">Writes the same for people.</param>
    public void Write(object data, Action<IAnsiConsole> show)
    {
        if (Json)
            _output.WriteLine(Serialize(data));
        else
            show(Results);
        _output.Flush();
    }

    /// <summary>The product's way of writing JSON: camelCase, on one line.</summary>
    public static string Serialize(object data) => JsonSerializer.Serialize(data, JsonOptions);

    private static IAnsiConsole Console(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = WidthWithoutTerminal;
        return console;
    }
}
