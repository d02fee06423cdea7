using static TorchSharp.torch;

namespace MLPipeline.Cli.UserModules;

/// <summary>A user's module with its weights, and what it takes.</summary>
/// <param name="Module">The module; disposed with this.</param>
/// <param name="Inputs">One for each parameter of its <c>forward</c>.</param>
internal sealed record UserModule(nn.Module Module, IReadOnlyList<InputSpec> Inputs) : IDisposable
{
    /// <summary>The name of its class: a name for it and its file.</summary>
    public string Name => Module.GetType().Name.Split('`')[0];

    /// <summary>The inputs' names in a file.</summary>
    public IReadOnlyList<string> InputNames =>
        [.. Inputs.Select((input, i) => input.Name ?? (Inputs.Count == 1 ? "input" : $"input_{i}"))];

    /// <summary>An example of each input; the caller disposes them.</summary>
    public IReadOnlyList<Tensor> Examples() => [.. Inputs.Select(input => input.Example())];

    /// <inheritdoc/>
    public void Dispose() => Module.Dispose();
}
