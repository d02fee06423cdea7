using MLPipeline.Export;
using MLPipeline.Models.Weights;
using static TorchSharp.torch;

namespace MLPipeline.Cli.UserModules;

/// <summary>Weights in a file of their own.</summary>
internal static class WeightsFile
{
    /// <summary>Loads the weights into a module; every parameter and buffer must be there, with its shape.</summary>
    /// <param name="path">A safetensors file, or what TorchSharp's <c>module.save</c> wrote.</param>
    /// <param name="module">The module.</param>
    /// <param name="name">What to call it in an error.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ExportException">The file is of another form, or of another module.</exception>
    public static void Load(string path, nn.Module module, string name)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no weights file '{path}'.", path);
        if (Path.GetExtension(path).ToLowerInvariant() is ".pt" or ".pth" or ".bin")
            throw new ExportException($"'{path}' is Python's pickle, which runs code when it is read. Save the state dict from Python as safetensors.");
        try
        {
            if (Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase))
                module.LoadSafetensors(path);
            else
                module.load(path);
        }
        catch (Exception e) when (e is InvalidSafetensorsException or WeightsMismatchException)
        {
            throw new ExportException(e.Message, e);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // TorchSharp throws whatever the bytes lead to.
            throw new ExportException($"'{path}' can't be loaded into {name}: {e.Message}", e);
        }
    }
}
