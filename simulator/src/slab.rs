//! Things in flight, each with a name that is never used again, in places that are.

/// Names a thing in a [`Slab`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    place: u32,
    generation: u32,
}

#[derive(Debug)]
struct Place<T> {
    generation: u32,
    thing: Option<T>,
}

/// A list with holes.
#[derive(Debug)]
pub struct Slab<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slab<T> {
    /// Puts a thing in and names it.
    pub fn insert(&mut self, thing: T) -> Name {
        if let Some(place) = self.free.pop() {
            let free = &mut self.places[place as usize];
            free.thing = Some(thing);
            return Name { place, generation: free.generation };
        }
        let place = u32::try_from(self.places.len()).expect("fewer than 2^32 things are in flight");
        self.places.push(Place { generation: 0, thing: Some(thing) });
        Name { place, generation: 0 }
    }

    /// The thing of that name, if it is still there.
    pub fn get(&self, name: Name) -> Option<&T> {
        let place = self.places.get(name.place as usize)?;
        if place.generation == name.generation { place.thing.as_ref() } else { None }
    }

    /// The thing of that name, to be changed.
    pub fn get_mut(&mut self, name: Name) -> Option<&mut T> {
        let place = self.places.get_mut(name.place as usize)?;
        if place.generation == name.generation { place.thing.as_mut() } else { None }
    }

    /// Takes the thing of that name out.
    pub fn remove(&mut self, name: Name) -> Option<T> {
        self.get(name)?;
        let place = &mut self.places[name.place as usize];
        place.generation = place.generation.wrapping_add(1);
        self.free.push(name.place);
        place.thing.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_name_never_finds_a_new_thing() {
        let mut slab = Slab::default();
        let first = slab.insert("first");
        assert_eq!(slab.remove(first), Some("first"));
        let second = slab.insert("second");
        assert_eq!(slab.get(first), None);
        assert_eq!(slab.remove(first), None);
        assert_eq!(slab.get(second), Some(&"second"));
    }
}
