using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>A module's submodules by path, and its parameters and buffers by the memory they lie in.</summary>
internal sealed class ModuleIndex
{
    private readonly Dictionary<nn.Module, string> _paths = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<TensorMemory, (string Key, Tensor Tensor)> _states = [];

    /// <summary>Indexes a module.</summary>
    public ModuleIndex(nn.Module module)
    {
        Root = module;
        _paths[module] = "";
        foreach (var (path, child) in module.named_modules())
            _paths.TryAdd(child, path);
        foreach (var (key, parameter) in module.named_parameters())
            Add(key, parameter);
        foreach (var (key, buffer) in module.named_buffers())
            Add(key, buffer);
    }

    /// <summary>The module.</summary>
    public nn.Module Root { get; }

    /// <summary>The parameters and buffers by state-dict key; tied ones under their first key.</summary>
    public IEnumerable<(string Key, Tensor Tensor)> States => _states.Values;

    /// <summary>The path of a submodule; null when it is not registered.</summary>
    public string? PathOf(nn.Module module) => _paths.GetValueOrDefault(module);

    /// <summary>The state-dict key of the parameter or buffer a tensor shows; null when it shows none.</summary>
    public string? KeyOf(Tensor tensor) => TensorMemory.Of(tensor) is { } memory && _states.TryGetValue(memory, out var state) ? state.Key : null;

    private void Add(string key, Tensor tensor)
    {
        if (TensorMemory.Of(tensor) is { } memory)
            _states.TryAdd(memory, (key, tensor));
    }
}
