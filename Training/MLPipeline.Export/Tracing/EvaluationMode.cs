using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing;

/// <summary>Puts a module into evaluation mode without gradients, and every submodule back into its own mode when disposed.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly List<(nn.Module Module, bool WasTraining)> _modes;
    private readonly IDisposable _noGrad;

    /// <summary>Switches the module over.</summary>
    public EvaluationMode(nn.Module module)
    {
        _modes = [(module, module.training), .. module.named_modules().Select(m => (m.module, m.module.training))];
        module.eval();
        // Last: a module may have its own way to change modes, and fail at it.
        _noGrad = no_grad();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            // Setting a mode reaches all children, and parents come first in the list: the last word on each module is its own.
            foreach (var (module, wasTraining) in _modes)
                module.train(wasTraining);
        }
        finally
        {
            _noGrad.Dispose();
        }
    }
}
