using System.CommandLine;
using MLPipeline.Cli.UserModules;
using MLPipeline.Export;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary>What the file of a user's module is to be like.</summary>
internal sealed class GraphFlags
{
    private readonly Option<string[]> _dynamic = new("--dynamic")
    {
        Description = "An axis that may have any length, for example input.2=height. May be given several times [default: axis 0 of every input, named batch].",
        HelpName = "INPUT.AXIS=NAME",
    };

    private readonly Option<bool> _fixed = new("--fixed") { Description = "Every axis has the length given with --input." };
    private readonly Option<string[]> _outputName = new("--output-name")
    {
        Description = "A name for an output, in order. May be given several times [default: output, or output_0 ...].",
        HelpName = "NAME",
    };

    private readonly Option<bool> _noVerify = new("--no-verify")
    {
        Description = "Write the file without running it against the module, where ONNX Runtime does not know a custom operator.",
    };

    /// <summary>Each of them.</summary>
    public IReadOnlyList<Option> All => [_dynamic, _fixed, _outputName, _noVerify];

    /// <summary>The exporter's options.</summary>
    /// <exception cref="UsageException">They contradict each other, or name what is not there.</exception>
    public OnnxExportOptions OptionsFor(UserModule module, ParseResult parsed)
    {
        var dynamic = parsed.GetValue(_dynamic) ?? [];
        if (parsed.GetValue(_fixed) && dynamic.Length > 0)
            throw new UsageException("say --fixed or --dynamic, not both.");
        var outputs = parsed.GetValue(_outputName) ?? [];
        if (outputs.Concat(module.InputNames).GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UsageException($"two inputs or outputs are named '{twice.Key}'.");
        var options = new OnnxExportOptions
        {
            InputNames = module.InputNames,
            OutputNames = outputs.Length > 0 ? outputs : null,
            ModelName = module.Name,
            Verify = !parsed.GetValue(_noVerify),
        };
        return parsed.GetValue(_fixed) || dynamic.Length > 0 ? options with { DynamicAxes = AxisNames.Parse(dynamic, module.InputNames) } : options;
    }
}
