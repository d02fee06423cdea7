using System.CommandLine;

namespace MLPipeline.Benchmarks.Commands;

/// <summary><c>--networks</c>.</summary>
internal sealed class NetworksOption : Option<string[]>
{
    /// <param name="names">The networks taken when none are given.</param>
    public NetworksOption(params string[] names)
        : base("--networks")
    {
        Description = "Names of networks that the catalog and torchvision have, or lenet-bn.";
        HelpName = "NAME";
        AllowMultipleArgumentsPerToken = true;
        DefaultValueFactory = _ => names;
    }
}
