using System.CommandLine;
using MLPipeline.Inference;
using MLPipeline.Training;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary><c>--device</c>.</summary>
internal sealed class DeviceFlag : Option<string>
{
    public DeviceFlag()
        : base("--device")
    {
        Description = "Where to compute; auto takes cuda where there is one.";
        DefaultValueFactory = _ => "auto";
        Ranged.AcceptOneOf(this, DeviceChoice.Names);
    }

    /// <summary>The word, once it is sure that torch has the device.</summary>
    /// <exception cref="UsageException">cuda was asked for, and there is none.</exception>
    public string Checked(ParseResult parsed)
    {
        var word = parsed.GetRequiredValue(this);
        try
        {
            DeviceChoice.Parse(word);
        }
        catch (ArgumentException error)
        {
            throw new UsageException(error.Message);
        }
        return word;
    }

    /// <summary>The same for ONNX Runtime.</summary>
    public ExecutionProvider Provider(ParseResult parsed) => parsed.GetRequiredValue(this).ToLowerInvariant() switch
    {
        "cuda" => ExecutionProvider.Cuda,
        "auto" => ExecutionProvider.Auto,
        _ => ExecutionProvider.Cpu,
    };
}
