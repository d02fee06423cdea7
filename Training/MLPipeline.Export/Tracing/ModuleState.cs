using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing;

/// <summary>A module's buffers and parameters as they were: code that changes them when it runs must not have changed them when it ran on random numbers.</summary>
internal sealed class ModuleState : IDisposable
{
    private readonly Dictionary<Tensor, Tensor> _copies = new(ReferenceEqualityComparer.Instance);

    /// <summary>Copies the buffers. They are small, and native code may change them (batch norm does).</summary>
    /// <param name="module">The module.</param>
    /// <param name="parameters">Whether to copy the parameters, too; else those that <see cref="Keep"/> is told of.</param>
    public ModuleState(nn.Module module, bool parameters = false)
    {
        foreach (var (_, buffer) in module.named_buffers())
            Keep(buffer);
        foreach (var (_, parameter) in parameters ? module.named_parameters() : [])
            Keep(parameter);
    }

    /// <summary>Copies a buffer or parameter, which is about to change.</summary>
    public void Keep(Tensor state)
    {
        if (state is { IsInvalid: false } && !_copies.ContainsKey(state))
            _copies[state] = state.detach().clone().DetachFromDisposeScope();
    }

    /// <summary>Copies back what has changed.</summary>
    public void Dispose()
    {
        using var still = no_grad();
        foreach (var (state, copy) in _copies)
        {
            if (!state.IsInvalid && state.shape.AsSpan().SequenceEqual(copy.shape) && !state.Equals(copy))
                state.copy_(copy).DetachFromDisposeScope();
            copy.Dispose();
        }
    }
}
