using System.CommandLine;
using MLPipeline.Cli.Output;
using MLPipeline.Cli.UserModules;

namespace MLPipeline.Cli.Commands.Flags;

/// <summary>Which module of which assembly, with which weights and inputs.</summary>
internal sealed class ModuleFlags
{
    private readonly Option<string?> _assembly = new("--assembly") { Description = "Your compiled assembly, with a TorchSharp module in it.", HelpName = "DLL" };
    private readonly Option<string?> _type = new("--type")
    {
        Description = "The module's class, My.Net, or a static method that returns a module, My.Networks.Create [default: the assembly's only module].",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _arg = new("--arg")
    {
        Description = "An argument of the constructor or method; lists have commas. May be given several times.",
        HelpName = "NAME=VALUE",
    };

    private readonly Option<string?> _weights = new("--weights") { Description = "The module's weights, a safetensors file or as module.save wrote them.", HelpName = "FILE" };
    private readonly Option<string[]> _input = new("--input")
    {
        Description = $"An input as {InputSpec.Form}: 1x3x224x224, ids:int64:1x128:0..30521, scale:scalar. One for each parameter of forward, in order.",
        HelpName = "SPEC",
    };

    private Option[] All => [_assembly, _type, _arg, _weights, _input];

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in All)
            command.Options.Add(option);
    }

    /// <summary>Whether a module of the user's is meant.</summary>
    /// <exception cref="UsageException">Something is said about one, but not where it is.</exception>
    public bool IsGiven(ParseResult parsed)
    {
        if (parsed.GetValue(_assembly) is not null)
            return true;
        return All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } stray
            ? throw new UsageException($"{stray.Name} goes with --assembly DLL.")
            : false;
    }

    /// <summary>Loads the assembly, makes the module and gives it its weights.</summary>
    /// <exception cref="UsageException">The flags ask for what the assembly does not have.</exception>
    /// <exception cref="Export.ExportException">The assembly or the weights can't be used, or the module's own code fails.</exception>
    public UserModule Make(ParseResult parsed, Terminal terminal)
    {
        var inputs = (parsed.GetValue(_input) ?? []).Select(InputSpec.Parse).ToList();
        if (inputs.Count == 0)
            throw new UsageException("say what the module takes, for example --input 1x3x224x224.");
        var arguments = new ConstructorArguments(parsed.GetValue(_arg) ?? []);
        var source = ModuleSource.Find(UserAssembly.Load(parsed.GetRequiredValue(_assembly)!), parsed.GetValue(_type), arguments);
        var module = new UserModule(source.Create(), inputs);
        if (module.InputNames.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UsageException($"two inputs are named '{twice.Key}'.");
        if (parsed.GetValue(_weights) is { } weights)
            WeightsFile.Load(weights, module.Module, module.Name);
        else
            terminal.Say($"{module.Name} has the weights that its constructor gave it; --weights FILE loads others.");
        return module;
    }
}
