using System.Reflection;
using static TorchSharp.torch;

namespace MLPipeline.Export.Converters;

/// <summary>Reads what TorchSharp's modules keep in private fields.</summary>
internal static class HiddenFields
{
    /// <summary>The value of a module's field.</summary>
    /// <exception cref="MissingFieldException">This version of TorchSharp has no such field.</exception>
    public static object? Of(nn.Module module, string field) =>
        (module.GetType().GetField(field, BindingFlags.Instance | BindingFlags.NonPublic) ?? throw new MissingFieldException(module.GetType().Name, field)).GetValue(module);
}
