using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace MLPipeline.Cli.Output;

/// <summary><c>--version</c>: this product's version, whoever hosts it.</summary>
internal sealed class VersionLine : SynchronousCommandLineAction
{
    /// <summary>For example <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine(Version);
        return ExitCode.Ok;
    }
}
