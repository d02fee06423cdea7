using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;

namespace MLPipeline.Export.Tracing.Recording;

/// <summary>Where a tensor's elements lie and how: two wrappers with equal views show the same elements.</summary>
/// <param name="Address">The address of the first element.</param>
/// <param name="Storage">The address of the storage it lies in.</param>
/// <param name="Shape">Axis lengths, comma separated.</param>
/// <param name="Strides">Steps in elements, comma separated.</param>
/// <param name="Type">The element type.</param>
internal sealed record TensorMemory(nint Address, nint Storage, string Shape, string Strides, ScalarType Type)
{
    // TorchSharp keeps these two to itself; there is no public way to ask for an address that does not copy.
    private static readonly Func<nint, nint> Data = Native<Func<nint, nint>>("THSTensor_data");
    private static readonly Func<nint, long> StorageOffset = Native<Func<nint, long>>("THSTensor_storage_offset");

    /// <summary>The view of a live tensor; null when it holds no elements.</summary>
    public static TensorMemory? Of(Tensor tensor)
    {
        if (tensor.is_sparse || tensor.numel() == 0)
            return null;
        var address = Data(tensor.Handle);
        var storage = address - (nint)(StorageOffset(tensor.Handle) * tensor.ElementSize);
        return new TensorMemory(address, storage, string.Join(',', tensor.shape), string.Join(',', tensor.stride()), tensor.dtype);
    }

    private static T Native<T>(string name)
        where T : Delegate
    {
        const BindingFlags Internal = BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;
        var type = typeof(torch).Assembly.GetType("TorchSharp.PInvoke.NativeMethods", throwOnError: true)!;
        return type.GetMethod(name, Internal)!.CreateDelegate<T>();
    }
}
